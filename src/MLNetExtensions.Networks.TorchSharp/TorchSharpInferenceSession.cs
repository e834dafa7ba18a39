using MLNetExtensions.Networks.Training;
using TorchSharp;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Scores with a compiled network on libtorch.</summary>
internal sealed class TorchSharpInferenceSession : InferenceSession
{
    private readonly ExecutionOptions _execution;
    private readonly SessionMemory _memory;
    private readonly TensorParameters _parameters;
    private readonly TensorGraph _graph;
    private readonly BatchStaging<float> _features;

    public TorchSharpInferenceSession(
        TorchSharpCompiledNetwork compiled, NetworkDefinition network, TensorParameters parameters, int maxBatchSize,
        ExecutionOptions execution)
        : base(compiled, network, maxBatchSize)
    {
        (_parameters, _execution) = (parameters, execution);
        _memory = new(execution.Device, torch.ScalarType.Float32);
        try
        {
            _graph = new(network, _memory, execution.MixedPrecision);
            _features = new(maxBatchSize, network.InputLayout.Size, _memory);
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
