using System.Numerics;
using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Trains a network on libtorch: its operations run the network, and autograd takes the gradient by the outputs to the
/// parameters. Native memory is released at the end of each call, but for what a backward pass needs.</summary>
/// <typeparam name="T">Single; Double lets tests compare engines free of rounding.</typeparam>
internal sealed class TorchSharpTrainingSession<T> : TrainingSession<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ExecutionOptions _execution;
    private readonly SessionMemory _memory;
    private readonly TensorParameters _parameters;
    private readonly TensorParameters? _average;
    private readonly TensorGraph _graph;
    private readonly GradientTape _tape;
    private readonly UpdateRule _rule;
    private readonly BatchStaging<float> _features;
    private readonly BatchStaging<T> _outputGradients;
    private readonly torch.Generator? _random;

    /// <summary>The loss on the device; null when there is none, or it is of a kind that only the processor can
    /// compute.</summary>
    private readonly DeviceLoss? _loss;

    /// <summary>The last forward pass, its inputs where their gradient can be asked for, its outputs, and the gradient by the
    /// inputs.</summary>
    private ForwardPass? _pass;
    private Tensor? _rows, _outputs, _inputGradients;

    public TorchSharpTrainingSession(
        NetworkDefinition network, NetworkWeights weights, TrainingSessionOptions options, ExecutionOptions execution)
        : base(network, weights, options)
    {
        _execution = execution;
        _memory = new(execution.Device, HostTensor.TypeOf<T>());
        try
        {
            _graph = new(network, _memory, execution.MixedPrecision);
            _parameters = new(Layout, _memory, requiresGradients: true);
            _average = options.AverageDecay is null ? null : new(Layout, _memory);
            _tape = new(network, _parameters, _memory);
            _rule = UpdateRule.Create(options.Optimizer, Layout, _memory);
            _features = new(options.BatchSize, network.InputLayout.Size, _memory);
            _outputGradients = new(options.BatchSize, network.OutputLayout.Size, _memory);
            _loss = DeviceLoss.Create(options.Loss, Outputs, options.BatchSize, _memory);
            _random = network.WithParts().Nodes.Any(node => node.Layer.IsRandom)
                ? _memory.Keep(new torch.Generator(0, execution.Device))
                : null;
            Start(weights);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    protected override ParameterVector Values => _parameters.Vector;

    protected override ParameterVector Gradients => _tape.Vector;

    protected override ParameterVector? Average => _average?.Vector;

    protected override IEnumerable<KeyValuePair<string, ParameterVector>> OptimizerState =>
        _rule.State.Select(state => KeyValuePair.Create<string, ParameterVector>(state.Key, new TensorVector(state.Value)));

    protected override bool IsTrained => _tape.IsNeeded;

    protected override IDisposable BeginCall() => new SessionCall(_execution);

    protected override void RunForward(ReadOnlySpan<float> features, int count, long draw)
    {
        Forget();
        using IDisposable gradients = torch.set_grad_enabled(true);
        // A resumed run draws what the interrupted one would have drawn: the numbers depend on seed and step alone.
        _random?.manual_seed(SeedOf(draw));
        _pass = new(_parameters, count, Training: true, _random);
        Tensor rows = _features.Write(features, count);
        if (Options.InputGradients)
            _rows = rows = rows.detach().requires_grad_(true).DetachFromDisposeScope();
        _outputs = _graph.Run(rows, _pass).DetachFromDisposeScope();
    }

    protected override void RunScoring(ReadOnlySpan<float> features, int count)
    {
        // The statistics of a pass in training mode may still be wanted.
        ForgetTensors();
        _outputs = _graph.Run(_features.Write(features, count), new(_average ?? _parameters, count)).DetachFromDisposeScope();
    }

    protected override void ReadOutputs(int count, Span<T> outputs) => HostTensor.Read(_outputs!.detach(), outputs);

    protected override void RunBackward(ReadOnlySpan<T> outputGradients, int count, bool toInputs) =>
        _inputGradients = _tape.Run(_outputs!, _outputGradients.Write(outputGradients, count), toInputs ? _rows : null);

    /// <summary>Losses of the library stay on the device. The one wait of a step is that for the mean, behind the forward pass:
    /// backward pass and update are queued, and the device works on them while the caller prepares the next batch.</summary>
    protected override (double Mean, double Weight) RunLoss(Loss loss, in TrainingBatch batch)
    {
        if (_loss is null || batch.IsMixed)
            return base.RunLoss(loss, batch);
        using IDisposable gradients = torch.set_grad_enabled(true);
        (Tensor mean, double weight) = _loss.Evaluate(_outputs!, batch);
        Span<double> value = stackalloc double[1];
        HostTensor.Read(mean.detach(), value);
        if (IsTrained)
            _tape.Run(mean, outputGradients: null, rows: null);
        return (value[0], weight);
    }

    protected override void ReadInputGradients(int count, Span<float> gradients)
    {
        if (_inputGradients is null)
            gradients.Clear();
        else
            HostTensor.Read(_inputGradients, gradients);
    }

    protected override void ApplyUpdate(long step, double learningRate) =>
        _rule.Apply(_parameters.Trained, _tape.Vector.Values, step, learningRate);

    protected override void CommitStatistics(int count) => _pass!.Commit();

    protected override void Free()
    {
        Forget();
        _memory.Dispose();
    }

    /// <summary>A seed of 32 bits, all that libtorch's generator for the processor takes in.</summary>
    private long SeedOf(long draw) => (long)(new SplitMix64(Options.Seed, (int)draw, (int)(draw >> 32)).NextUInt64() >> 32);

    private void Forget()
    {
        _pass?.Dispose();
        _pass = null;
        ForgetTensors();
    }

    private void ForgetTensors()
    {
        _rows?.Dispose();
        _outputs?.Dispose();
        (_rows, _outputs, _inputGradients) = (null, null, null);
    }
}
