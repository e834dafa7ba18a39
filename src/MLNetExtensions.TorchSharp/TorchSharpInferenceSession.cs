using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using TorchSharp;

namespace MLNetExtensions.TorchSharp;

/// <summary>Scores with a trained network on libtorch.</summary>
internal sealed class TorchSharpInferenceSession : InferenceSession
{
    private readonly ExecutionOptions _execution;
    private readonly SessionMemory _memory;
    private readonly TensorParameters _parameters;
    private readonly TensorGraph _graph;
    private readonly BatchStaging<float> _features;

    public TorchSharpInferenceSession(NetworkModel model, int maxBatchSize, ExecutionOptions execution)
        : base(model.Definition, maxBatchSize)
    {
        _execution = execution;
        _memory = new(execution.Device, torch.ScalarType.Float32);
        try
        {
            ParameterLayout layout = new(model.Definition, new HashSet<string>());
            _graph = new(model.Definition, _memory, execution.MixedPrecision);
            _parameters = new(layout, _memory);
            foreach (ParameterSlot slot in layout.Slots)
                _parameters.Vector.Write(slot, model.Weights[slot.Name].Values);
            _features = new(maxBatchSize, model.Definition.InputLayout.Size, _memory);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    protected override void Score(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        using SessionCall call = new(_execution);
        HostTensor.Read(_graph.Run(_features.Write(features, count), new(_parameters, count)), outputs);
    }

    protected override void Free() => _memory.Dispose();
}
