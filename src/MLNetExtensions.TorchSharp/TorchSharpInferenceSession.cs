using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using TorchSharp;

namespace MLNetExtensions.TorchSharp;

/// <summary>Scores with a trained network on libtorch.</summary>
internal sealed class TorchSharpInferenceSession : IInferenceSession
{
    private readonly TensorParameters _parameters;
    private readonly TensorGraph _graph;
    private readonly BatchStaging _features;
    private readonly int _maxBatchSize, _outputSize;

    public TorchSharpInferenceSession(NetworkModel model, int maxBatchSize, torch.Device device, bool mixedPrecision)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatchSize, 1);
        (_maxBatchSize, _outputSize) = (maxBatchSize, checked((int)model.Definition.OutputShape.Size));
        _graph = new(model.Definition, device, mixedPrecision);
        _parameters = new(new(model.Definition, new HashSet<string>()), device);
        _parameters.Write(model.Weights);
        _features = new(maxBatchSize, model.Definition.InputShape, device);
    }

    public void Run(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        if (count < 1 || count > _maxBatchSize)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"A session made for 1 to {_maxBatchSize} examples can't take so many.");
        BatchStaging.RequireLength(features.Length, count, _features.ExampleSize, nameof(features));
        BatchStaging.RequireLength(outputs.Length, count, _outputSize, nameof(outputs));
        using IDisposable noGradients = torch.set_grad_enabled(false);
        using DisposeScope scope = torch.NewDisposeScope();
        BatchStaging.Read(_graph.Run(_features.Write(features, count), new(_parameters, count)), outputs);
    }

    public void Dispose()
    {
        _features.Dispose();
        _graph.Dispose();
        _parameters.Dispose();
    }
}
