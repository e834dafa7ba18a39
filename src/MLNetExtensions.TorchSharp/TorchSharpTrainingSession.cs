using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>
/// Trains a network on libtorch. The loss and its gradient by the outputs are computed by <see cref="Loss.Accumulate"/> as in the
/// managed engine; autograd takes the gradient from there to the parameters. Native memory is released at the end of each call.
/// </summary>
internal sealed class TorchSharpTrainingSession : ITrainingSession
{
    private readonly TrainingSessionOptions _options;
    private readonly TensorParameters _parameters;
    private readonly TensorParameters? _average;
    private readonly TensorGraph _graph;
    private readonly GradientTape _tape;
    private readonly UpdateRule _rule;
    private readonly TrainingState _state;
    private readonly BatchStaging _features, _outputGradients;
    private readonly torch.Generator? _random;
    private readonly float[] _outputs, _slopes;
    private readonly int _outputSize, _targetSize;

    public TorchSharpTrainingSession(
        NetworkDefinition network,
        NetworkWeights weights,
        TrainingSessionOptions options,
        torch.Device device,
        bool mixedPrecision)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, "options.BatchSize");
        weights.CheckFits(network);
        _options = options;
        _outputSize = checked((int)network.OutputShape.Size);
        _targetSize = options.Loss.TargetSize(_outputSize);

        ParameterLayout layout = new(network, options.Frozen);
        _graph = new(network, device, mixedPrecision);
        _parameters = new(layout, device, requiresGradients: true);
        _average = options.AverageDecay is null ? null : new(layout, device);
        _tape = new(_parameters, device);
        _rule = UpdateRule.Create(options.Optimizer, layout.TrainableLength, device);
        _state = new(_parameters, _rule, _average is not null);
        _features = new(options.BatchSize, network.InputShape, device);
        _outputGradients = new(options.BatchSize, network.OutputShape, device);
        (_outputs, _slopes) = (new float[options.BatchSize * _outputSize], new float[options.BatchSize * _outputSize]);
        if (network.Nodes.Any(node => node.Layer is Dropout))
            _random = new(0, device);
        WriteWeights(weights);
    }

    public double TrainStep(in TrainingBatch batch, double learningRate)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        (double loss, ForwardPass pass) = Propagate(batch);
        if (!double.IsFinite(loss))
            return loss;
        using IDisposable noGradients = torch.set_grad_enabled(false);
        if (!ClipGradients())
            return double.NaN;
        _state.Step++;
        if (_tape.IsNeeded)
            _rule.Apply(_parameters.Trained, _tape.Flat, _state.Step, learningRate);
        pass.Commit();
        UpdateAverage();
        return loss;
    }

    public double ComputeGradients(in TrainingBatch batch)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return Propagate(batch).Loss;
    }

    public void ReadGradients(NetworkWeights gradients) => _tape.Read(gradients);

    public void Infer(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        BatchStaging.RequireLength(features.Length, count, _features.ExampleSize, nameof(features));
        BatchStaging.RequireLength(outputs.Length, count, _outputSize, nameof(outputs));
        using IDisposable noGradients = torch.set_grad_enabled(false);
        for (int start = 0; start < count; start += _options.BatchSize)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            int part = Math.Min(_options.BatchSize, count - start);
            Tensor input = _features.Write(features.Slice(start * _features.ExampleSize, part * _features.ExampleSize), part);
            Tensor output = _graph.Run(input, new(_average ?? _parameters, part));
            BatchStaging.Read(output, outputs.Slice(start * _outputSize, part * _outputSize));
        }
    }

    public void ReadWeights(NetworkWeights weights) => (_average ?? _parameters).Read(weights);

    public void WriteWeights(NetworkWeights weights)
    {
        _parameters.Write(weights);
        _average?.Write(weights);
    }

    public NetworkWeights ReadState() => _state.Read();

    public void WriteState(NetworkWeights state) => _state.Write(state);

    public void Dispose()
    {
        _random?.Dispose();
        _outputGradients.Dispose();
        _features.Dispose();
        _rule.Dispose();
        _tape.Dispose();
        _graph.Dispose();
        _average?.Dispose();
        _parameters.Dispose();
    }

    private (double Loss, ForwardPass Pass) Propagate(in TrainingBatch batch)
    {
        Check(batch);
        using IDisposable gradients = torch.set_grad_enabled(true);
        // A resumed run draws what the interrupted one would have drawn: the numbers depend on seed and step alone.
        _random?.manual_seed(SeedOfStep());
        ForwardPass pass = new(_parameters, batch.Count, Training: true, _random);
        Tensor output = _graph.Run(_features.Write(batch.Features, batch.Count), pass);

        int values = batch.Count * _outputSize;
        Span<float> outputs = _outputs.AsSpan(0, values), slopes = _tape.IsNeeded ? _slopes.AsSpan(0, values) : default;
        BatchStaging.Read(output.detach(), outputs);
        (double sum, double weight) = _options.Loss.Accumulate<float>(outputs, batch.Targets, batch.Weights, slopes);
        if (weight == 0)
            weight = 1;
        if (_tape.IsNeeded)
        {
            foreach (ref float slope in slopes)
                slope *= (float)(1 / weight);
            _tape.Run(output, _outputGradients.Write(slopes, batch.Count));
        }
        return (sum / weight, pass);
    }

    /// <summary>A seed of 32 bits, all that libtorch's generator for the processor takes in, that depends on every bit of seed
    /// and step.</summary>
    private long SeedOfStep()
    {
        ulong mixed = unchecked(((ulong)_options.Seed << 40) + (ulong)_state.Step) * 0x9E3779B97F4A7C15;
        return (long)(((mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9) >> 32);
    }

    /// <returns>Whether the gradients are finite, as far as their norm was needed.</returns>
    private bool ClipGradients()
    {
        if (_options.GradientClipValue is { } bound)
            _tape.Flat.clamp_(-bound, bound);
        if (_options.GradientClipNorm is not { } longest)
            return true;
        Span<float> norm = stackalloc float[1];
        BatchStaging.Read(_tape.Flat.norm(), norm);
        // PyTorch's guard against a division by zero.
        double factor = longest / (norm[0] + 1e-6);
        if (factor < 1)
            _tape.Flat.mul_(factor);
        return float.IsFinite(norm[0]);
    }

    /// <summary>The first step's weights start the average, as in PyTorch's AveragedModel.</summary>
    private void UpdateAverage()
    {
        if (_average is null)
            return;
        double decay = _state.Step == 1 ? 0 : _options.AverageDecay!.Value;
        _average.Trained.mul_(decay).add_(_parameters.Trained, 1 - decay);
        _average.Buffers.copy_(_parameters.Buffers);
    }

    private void Check(in TrainingBatch batch)
    {
        if (batch.Count < 1 || batch.Count > _options.BatchSize)
            throw new ArgumentOutOfRangeException(
                nameof(batch), $"A batch of {batch.Count} examples does not fit a session made for 1 to {_options.BatchSize}.");
        BatchStaging.RequireLength(batch.Features.Length, batch.Count, _features.ExampleSize, "features");
        BatchStaging.RequireLength(batch.Targets.Length, batch.Count, _targetSize, "targets");
        if (!batch.Weights.IsEmpty)
            BatchStaging.RequireLength(batch.Weights.Length, batch.Count, 1, "weights");
    }
}
