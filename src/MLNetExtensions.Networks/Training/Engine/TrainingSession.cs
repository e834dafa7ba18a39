using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A training session of any engine. Checks, loss, clipping, moving average and the state of a run are written here, once; an
/// engine supplies the mathematics: forward, backward, the update rule and arithmetic on <see cref="ParameterVector"/>s.
/// </summary>
/// <typeparam name="T">Single; Double lets tests check the same code free of rounding.</typeparam>
/// <remarks>Engines hold native memory: each method keeps the session alive to its end, so that one that nobody refers to any
/// more is not finalised while it works.</remarks>
internal abstract partial class TrainingSession<T> : ITrainingSession
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The bits of a step's number below the number of the part: parts of a step draw random numbers of their
    /// own.</summary>
    private const int PartShift = 40;

    private readonly T[] _outputs, _slopes;

    /// <summary>The outputs of the last step, where they are kept.</summary>
    private readonly float[] _kept;

    private readonly BatchCheck _check;
    private readonly OneExampleCheck _oneExample;
    private readonly int _inputSize, _outputSize, _targetSize;
    private T[]? _otherSlopes;
    private TrainingState _state = null!;
    private WeightAverage? _average;
    private bool _disposed;

    /// <summary>The examples of a forward pass that a backward pass can follow, and of one whose running statistics have not been
    /// put in force; 0 when there is none.</summary>
    private int _pending, _uncommitted;

    /// <summary>Checks network, weights and options. The engine's constructor ends with <see cref="Start"/>.</summary>
    protected TrainingSession(NetworkDefinition network, NetworkWeights weights, TrainingSessionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, "options.BatchSize");
        weights.CheckFits(network);
        (Options, Layout) = (options, new(network, options.Frozen, options.LearningRateFactors));
        (_inputSize, _outputSize) = (network.InputLayout.Size, network.OutputLayout.Size);
        _targetSize = options.Loss?.TargetSize(network.OutputLayout) ?? 0;
        (Outputs, _check) = (network.OutputLayout, new(network, options.BatchSize));
        _oneExample = new(network, options.Frozen);
        (_outputs, _slopes) = (new T[options.BatchSize * _outputSize], new T[options.BatchSize * _outputSize]);
        _kept = new float[options.KeepOutputs ? _outputs.Length : 0];
        GradientLength = checked(Layout.Trained.Sum(slot => slot.Length));
    }

    public int GradientLength { get; }

    public double LossWeight { get; private set; }

    public virtual bool TakesSparseRows => false;

    /// <summary>What the session was made with.</summary>
    protected TrainingSessionOptions Options { get; }

    /// <summary>Where each parameter lies.</summary>
    protected ParameterLayout Layout { get; }

    /// <summary>What a row of outputs holds.</summary>
    protected RowLayout Outputs { get; }

    public double TrainStep(in TrainingBatch batch, double learningRate)
    {
        using IDisposable? call = Enter();
        double loss = Propagate(batch);
        if (!double.IsFinite(loss))
            _uncommitted = 0;
        else if (!Step(learningRate))
            loss = double.NaN;
        GC.KeepAlive(this);
        return loss;
    }

    public void ReadOutputs(Span<float> outputs)
    {
        if (!Options.KeepOutputs)
            throw new InvalidOperationException(
                $"The session was made without keeping outputs; set {nameof(TrainingSessionOptions)}." +
                $"{nameof(TrainingSessionOptions.KeepOutputs)}.");
        _kept.AsSpan(0, outputs.Length).CopyTo(outputs);
    }

    public double ComputeGradients(in TrainingBatch batch)
    {
        using IDisposable? call = Enter();
        double loss = Propagate(batch);
        GC.KeepAlive(this);
        return loss;
    }

    public void Forward(ReadOnlySpan<float> features, int count, Span<float> outputs, int part = 0)
    {
        using IDisposable? call = Enter();
        CheckCount(count);
        _check.Features(features, count);
        _check.Outputs(outputs.Length, count);
        RunForward(features, count, DrawOf(part));
        Read(outputs, count);
        _pending = _uncommitted = count;
        GC.KeepAlive(this);
    }

    public void Backward(ReadOnlySpan<float> outputGradients, Span<float> inputGradients = default)
    {
        using IDisposable? call = Enter(keepsPass: true);
        int count = _pending;
        if (count == 0)
            throw new InvalidOperationException(
                $"A backward pass follows a {nameof(Forward)}, one each, and nothing else comes between them.");
        _check.Outputs(outputGradients.Length, count);
        bool toInputs = !inputGradients.IsEmpty;
        if (toInputs && !Options.InputGradients)
            throw new InvalidOperationException(
                $"The session was made without the gradients of inputs; set {nameof(TrainingSessionOptions)}." +
                $"{nameof(TrainingSessionOptions.InputGradients)}.");
        if (toInputs)
            BatchCheck.Length(inputGradients.Length, count, _inputSize, "input gradients");
        _pending = 0;
        if (IsTrained || toInputs)
        {
            Span<T> slopes = _slopes.AsSpan(0, outputGradients.Length);
            TensorPrimitives.ConvertTruncating(outputGradients, slopes);
            RunBackward(slopes, count, toInputs);
        }
        if (toInputs)
            ReadInputGradients(count, inputGradients);
        GC.KeepAlive(this);
    }

    public bool Update(double learningRate)
    {
        using IDisposable? call = Enter();
        bool updated = Step(learningRate);
        GC.KeepAlive(this);
        return updated;
    }

    public void ReadGradients(Span<float> gradients)
    {
        using IDisposable? call = Enter(keepsPass: true);
        CheckLength(gradients.Length);
        Gradients.Read(Layout.Trained, gradients);
        GC.KeepAlive(this);
    }

    public void WriteGradients(ReadOnlySpan<float> gradients)
    {
        using IDisposable? call = Enter(keepsPass: true);
        CheckLength(gradients.Length);
        Gradients.Write(Layout.Trained, gradients);
        GC.KeepAlive(this);
    }

    public void ReadGradients(NetworkWeights gradients)
    {
        using IDisposable? call = Enter(keepsPass: true);
        foreach (ParameterSlot slot in Layout.Slots)
        {
            if (slot.Trainable)
                Gradients.Read(slot, gradients[slot.Name].Values);
            else
                Array.Clear(gradients[slot.Name].Values);
        }
        GC.KeepAlive(this);
    }

    public void Infer(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _check.Features(features, count);
        _check.Outputs(outputs.Length, count);
        for (int start = 0; start < count; start += Options.BatchSize)
        {
            using IDisposable? call = Enter();
            int part = Math.Min(Options.BatchSize, count - start);
            RunScoring(features.Slice(start * _inputSize, part * _inputSize), part);
            Read(outputs.Slice(start * _outputSize, part * _outputSize), part);
        }
        GC.KeepAlive(this);
    }

    public void Infer(SparseRows features, Span<float> outputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckSparse(features);
        _check.Outputs(outputs.Length, features.Count);
        for (int start = 0; start < features.Count; start += Options.BatchSize)
        {
            using IDisposable? call = Enter();
            SparseRows part = features.Slice(start, Math.Min(Options.BatchSize, features.Count - start));
            RunScoring(part);
            Read(outputs.Slice(start * _outputSize, part.Count * _outputSize), part.Count);
        }
        GC.KeepAlive(this);
    }

    public void ReadWeights(NetworkWeights weights)
    {
        using IDisposable? call = Enter(keepsPass: true);
        ParameterVector values = Average ?? Values;
        foreach (ParameterSlot slot in Layout.Slots)
            values.Read(slot, weights[slot.Name].Values);
        GC.KeepAlive(this);
    }

    public void WriteWeights(NetworkWeights weights)
    {
        using IDisposable? call = Enter();
        foreach (ParameterSlot slot in Layout.Slots)
            Values.Write(slot, weights[slot.Name].Values);
        _average?.Reset();
        _uncommitted = 0;
        GC.KeepAlive(this);
    }

    public NetworkWeights ReadState()
    {
        using IDisposable? call = Enter(keepsPass: true);
        NetworkWeights state = _state.Read();
        GC.KeepAlive(this);
        return state;
    }

    public void WriteState(NetworkWeights state)
    {
        using IDisposable? call = Enter();
        _state.Write(state);
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Free();
    }

    /// <summary>Puts the weights in place: the last act of an engine's constructor.</summary>
    protected void Start(NetworkWeights weights)
    {
        _state = new(Layout, OptimizerState, Average is null ? null : Values);
        _average = Average is null ? null : new(Average, Values, Layout, Options.AverageDecay!.Value);
        WriteWeights(weights);
    }

    /// <summary>The loss of the last forward pass and, where anything is trained, the backward pass from it. Any loss is computed
    /// here, on the processor; an engine may override it to compute those it knows where its outputs are.</summary>
    /// <param name="loss">What is minimised.</param>
    /// <param name="batch">The examples of the forward pass.</param>
    /// <returns>The weighted mean loss, and what it was divided by: 0 when no example has a weight.</returns>
    protected virtual (double Mean, double Weight) RunLoss(Loss loss, in TrainingBatch batch)
    {
        int count = batch.Count, values = count * _outputSize;
        Span<T> outputs = _outputs.AsSpan(0, values), slopes = IsTrained ? _slopes.AsSpan(0, values) : default;
        ReadOutputs(count, outputs);
        (double sum, double weight) =
            loss.Accumulate(new OutputBatch<T>(Outputs, outputs, batch.Targets, batch.Weights, slopes));
        if (batch.IsMixed)
        {
            Span<T> otherSlopes = IsTrained ? (_otherSlopes ??= new T[_slopes.Length]).AsSpan(0, values) : default;
            (double otherSum, double otherWeight) =
                loss.Accumulate(new OutputBatch<T>(Outputs, outputs, batch.OtherTargets, batch.OtherWeights, otherSlopes));
            TensorPrimitives.Add(slopes, otherSlopes, slopes);
            (sum, weight) = (sum + otherSum, weight + otherWeight);
        }
        double divisor = weight == 0 ? 1 : weight;
        if (IsTrained)
        {
            TensorPrimitives.Multiply(slopes, T.CreateTruncating(1 / divisor), slopes);
            RunBackward(slopes, count, toInputs: false);
        }
        return (sum / divisor, weight);
    }

    /// <param name="keepsPass">Whether a forward pass may still be followed by its backward pass.</param>
    private IDisposable? Enter(bool keepsPass = false)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!keepsPass)
            _pending = 0;
        return BeginCall();
    }

    private double Propagate(in TrainingBatch batch)
    {
        Loss loss = Options.Loss ?? throw new InvalidOperationException(
            $"The session was made without a loss; it offers {nameof(Forward)}, {nameof(Backward)} and {nameof(Update)}.");
        int count = batch.Count;
        CheckCount(count);
        if (batch.IsSparse)
            CheckSparse(batch.SparseFeatures);
        else
            _check.Features(batch.Features, count);
        BatchCheck.Length(batch.Targets.Length, count, _targetSize, "targets");
        if (!batch.Weights.IsEmpty)
            BatchCheck.Length(batch.Weights.Length, count, 1, "weights");
        if (batch.IsMixed)
        {
            BatchCheck.Length(batch.OtherTargets.Length, count, _targetSize, "other targets");
            BatchCheck.Length(batch.OtherWeights.Length, count, 1, "other weights");
        }

        if (batch.IsSparse)
            RunForward(batch.SparseFeatures, DrawOf(batch.Part));
        else
            RunForward(batch.Features, count, DrawOf(batch.Part));
        _uncommitted = count;
        if (Options.KeepOutputs)
            Read(_kept.AsSpan(0, count * _outputSize), count);
        (double mean, LossWeight) = RunLoss(loss, batch);
        return mean;
    }

    private bool Step(double learningRate)
    {
        int count = _uncommitted;
        _uncommitted = 0;
        if (!GradientClipping.Apply(Gradients, Options))
            return false;
        _state.Step++;
        ApplyUpdate(_state.Step, learningRate);
        if (count > 0)
            CommitStatistics(count);
        _average?.Update(_state.Step);
        return true;
    }

    private long DrawOf(int part) => _state.Step + ((long)part << PartShift);

    private void Read(Span<float> outputs, int count)
    {
        if (typeof(T) == typeof(float))
        {
            ReadOutputs(count, MemoryMarshal.Cast<float, T>(outputs));
            return;
        }
        Span<T> values = _outputs.AsSpan(0, outputs.Length);
        ReadOutputs(count, values);
        TensorPrimitives.ConvertTruncating<T, float>(values, outputs);
    }

    /// <summary>Throws unless so many examples can be learned from.</summary>
    private void CheckCount(int count)
    {
        _check.Count(count);
        _oneExample.Require(count);
    }

    private void CheckSparse(SparseRows features)
    {
        if (!TakesSparseRows)
            throw BatchCheck.TakesDenseRows();
        _check.Features(features);
    }

    private void CheckLength(int length)
    {
        if (length != GradientLength)
            throw new ArgumentException(
                $"The gradients of this session are {GradientLength} values, not {length}.", "gradients");
    }
}
