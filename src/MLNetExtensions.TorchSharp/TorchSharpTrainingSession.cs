using System.Numerics;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>
/// Trains a network on libtorch. The loss and its gradient by the outputs are computed by <see cref="Loss.Accumulate"/> as in the
/// managed engine; autograd takes the gradient from there to the parameters. Native memory is released at the end of each call.
/// </summary>
/// <typeparam name="T">Single; Double lets tests compare engines free of rounding.</typeparam>
internal sealed class TorchSharpTrainingSession<T> : ITrainingSession
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TrainingSessionOptions _options;
    private readonly ExecutionOptions _execution;
    private readonly SessionMemory _memory;
    private readonly TensorParameters _parameters;
    private readonly TensorParameters? _average;
    private readonly TensorGraph _graph;
    private readonly GradientTape _tape;
    private readonly UpdateRule _rule;
    private readonly TrainingState _state;
    private readonly BatchStaging<float> _features;
    private readonly BatchStaging<T> _outputGradients;
    private readonly torch.Generator? _random;
    private readonly T[] _outputs, _slopes;
    private readonly OneExampleCheck _oneExample;
    private readonly int _outputSize, _targetSize;

    public TorchSharpTrainingSession(
        NetworkDefinition network, NetworkWeights weights, TrainingSessionOptions options, ExecutionOptions execution)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, "options.BatchSize");
        weights.CheckFits(network);
        (_options, _execution, _oneExample) = (options, execution, new(network, options.Frozen));
        _outputSize = checked((int)network.OutputShape.Size);
        _targetSize = options.Loss.TargetSize(_outputSize);
        (_outputs, _slopes) = (new T[options.BatchSize * _outputSize], new T[options.BatchSize * _outputSize]);
        ParameterLayout layout = new(network, options.Frozen);

        _memory = new(execution.Device, HostTensor.TypeOf<T>());
        try
        {
            _graph = new(network, _memory, execution.MixedPrecision);
            _parameters = new(layout, _memory, requiresGradients: true);
            _average = options.AverageDecay is null ? null : new(layout, _memory);
            _tape = new(network, _parameters, _memory);
            _rule = UpdateRule.Create(options.Optimizer, layout.TrainableLength, _memory);
            _state = new(_parameters, _rule, _average is not null);
            _features = new(options.BatchSize, network.InputShape, _memory);
            _outputGradients = new(options.BatchSize, network.OutputShape, _memory);
            _random = network.Nodes.Any(node => node.Layer is Dropout)
                ? _memory.Keep(new torch.Generator(0, execution.Device))
                : null;
            WriteWeights(weights);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    public double LossWeight { get; private set; }

    public double TrainStep(in TrainingBatch batch, double learningRate)
    {
        using DisposeScope call = _memory.NewCall();
        using IDisposable? switches = _execution.SetSwitches();
        (double loss, ForwardPass pass) = Propagate(batch);
        if (!double.IsFinite(loss))
            return loss;
        using IDisposable noGradients = torch.set_grad_enabled(false);
        if (!ClipGradients())
            return double.NaN;
        _state.Step++;
        _rule.Apply(_parameters.Trained, _tape.Flat, _state.Step, learningRate);
        pass.Commit();
        UpdateAverage();
        return loss;
    }

    public double ComputeGradients(in TrainingBatch batch)
    {
        using DisposeScope call = _memory.NewCall();
        using IDisposable? switches = _execution.SetSwitches();
        return Propagate(batch).Loss;
    }

    public void ReadGradients(NetworkWeights gradients)
    {
        using DisposeScope call = _memory.NewCall();
        _tape.Read(gradients);
    }

    public void Infer(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        BatchLength.Require(features.Length, count, _features.ExampleSize, nameof(features));
        BatchLength.Require(outputs.Length, count, _outputSize, nameof(outputs));
        using IDisposable? switches = _execution.SetSwitches();
        using IDisposable noGradients = torch.set_grad_enabled(false);
        for (int start = 0; start < count; start += _options.BatchSize)
        {
            using DisposeScope call = _memory.NewCall();
            int part = Math.Min(_options.BatchSize, count - start);
            Tensor input = _features.Write(features.Slice(start * _features.ExampleSize, part * _features.ExampleSize), part);
            Tensor output = _graph.Run(input, new(_average ?? _parameters, part));
            HostTensor.Read(output, outputs.Slice(start * _outputSize, part * _outputSize));
        }
    }

    public void ReadWeights(NetworkWeights weights)
    {
        using DisposeScope call = _memory.NewCall();
        (_average ?? _parameters).Read(weights);
    }

    public void WriteWeights(NetworkWeights weights)
    {
        using DisposeScope call = _memory.NewCall();
        _parameters.Write(weights);
        _average?.Write(weights);
    }

    public NetworkWeights ReadState()
    {
        using DisposeScope call = _memory.NewCall();
        return _state.Read();
    }

    public void WriteState(NetworkWeights state)
    {
        using DisposeScope call = _memory.NewCall();
        _state.Write(state);
    }

    public void Dispose() => _memory.Dispose();

    private (double Loss, ForwardPass Pass) Propagate(in TrainingBatch batch)
    {
        Check(batch);
        using IDisposable gradients = torch.set_grad_enabled(true);
        // A resumed run draws what the interrupted one would have drawn: the numbers depend on seed and step alone.
        _random?.manual_seed(SeedOfStep());
        ForwardPass pass = new(_parameters, batch.Count, Training: true, _random);
        Tensor output = _graph.Run(_features.Write(batch.Features, batch.Count), pass);

        int values = batch.Count * _outputSize;
        Span<T> outputs = _outputs.AsSpan(0, values), slopes = _tape.IsNeeded ? _slopes.AsSpan(0, values) : default;
        HostTensor.Read(output.detach(), outputs);
        (double sum, double weight) = _options.Loss.Accumulate<T>(outputs, batch.Targets, batch.Weights, slopes);
        LossWeight = weight;
        if (weight == 0)
            weight = 1;
        if (_tape.IsNeeded)
        {
            T scale = T.CreateTruncating(1 / weight);
            foreach (ref T slope in slopes)
                slope *= scale;
            _tape.Run(output, _outputGradients.Write(slopes, batch.Count));
        }
        return (sum / weight, pass);
    }

    /// <summary>A seed of 32 bits, all that libtorch's generator for the processor takes in.</summary>
    private long SeedOfStep() =>
        (long)(new SplitMix64(_options.Seed, (int)_state.Step, (int)(_state.Step >> 32)).NextUInt64() >> 32);

    /// <returns>Whether the norm of the gradients, if it is asked for, is finite.</returns>
    private bool ClipGradients()
    {
        if (_options.GradientClipValue is { } bound)
            _tape.Flat.clamp_(-bound, bound);
        if (_options.GradientClipNorm is not { } longest)
            return true;
        double norm = Norm(_tape.Flat);
        // The squares of large gradients overflow in Single.
        if (!double.IsFinite(norm))
            norm = Norm(_tape.Flat.to(torch.ScalarType.Float64));
        if (!double.IsFinite(norm))
            return false;
        // PyTorch's guard against a division by zero.
        if (longest / (norm + 1e-6) is < 1 and var factor)
            _tape.Flat.mul_(factor);
        return true;

        static double Norm(Tensor gradients)
        {
            Span<double> norm = stackalloc double[1];
            HostTensor.Read(gradients.norm(), norm);
            return norm[0];
        }
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
        _oneExample.Require(batch.Count);
        BatchLength.Require(batch.Features.Length, batch.Count, _features.ExampleSize, "features");
        BatchLength.Require(batch.Targets.Length, batch.Count, _targetSize, "targets");
        if (!batch.Weights.IsEmpty)
            BatchLength.Require(batch.Weights.Length, batch.Count, 1, "weights");
    }
}
