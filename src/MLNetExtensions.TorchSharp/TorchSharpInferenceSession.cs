using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using TorchSharp;

namespace MLNetExtensions.TorchSharp;

/// <summary>Scores with a trained network on libtorch.</summary>
internal sealed class TorchSharpInferenceSession : IInferenceSession
{
    private readonly ExecutionOptions _execution;
    private readonly SessionMemory _memory;
    private readonly TensorParameters _parameters;
    private readonly TensorGraph _graph;
    private readonly BatchStaging<float> _features;
    private readonly int _maxBatchSize, _outputSize;

    public TorchSharpInferenceSession(NetworkModel model, int maxBatchSize, ExecutionOptions execution)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatchSize, 1);
        (_execution, _maxBatchSize) = (execution, maxBatchSize);
        _outputSize = checked((int)model.Definition.OutputShape.Size);
        _memory = new(execution.Device, torch.ScalarType.Float32);
        try
        {
            _graph = new(model.Definition, _memory, execution.MixedPrecision);
            _parameters = new(new(model.Definition, new HashSet<string>()), _memory);
            _parameters.Write(model.Weights);
            _features = new(maxBatchSize, model.Definition.InputShape, _memory);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    public void Run(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        if (count < 1 || count > _maxBatchSize)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"A session made for 1 to {_maxBatchSize} examples can't take so many.");
        BatchLength.Require(features.Length, count, _features.ExampleSize, nameof(features));
        BatchLength.Require(outputs.Length, count, _outputSize, nameof(outputs));
        using DisposeScope call = _memory.NewCall();
        using IDisposable? switches = _execution.SetSwitches();
        using IDisposable noGradients = torch.set_grad_enabled(false);
        HostTensor.Read(_graph.Run(_features.Write(features, count), new(_parameters, count)), outputs);
    }

    public void Dispose() => _memory.Dispose();
}
