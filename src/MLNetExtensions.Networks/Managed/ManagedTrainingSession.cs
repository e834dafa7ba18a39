using System.Numerics;
using System.Numerics.Tensors;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Trains a network in the batch-lane layout. Generic so that tests check the gradients of the same code in double
/// precision.</summary>
/// <remarks>Kernels hold bare pointers: each method keeps the session alive to its end, so that one that nobody refers to any
/// more is not finalised under them.</remarks>
internal sealed unsafe class ManagedTrainingSession<T> : ITrainingSession
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TrainingSessionOptions _options;
    private readonly ManagedRuntime<T> _runtime;
    private readonly ParameterStore<T> _store;
    private readonly NativeBuffer<T> _gradients;
    private readonly LayerGraph<T> _graph;
    private readonly OptimizerUpdate<T> _update;
    private readonly TrainingState<T> _state;
    private readonly Pass<T> _pass;
    private readonly OneExampleCheck _oneExample;
    private readonly RowConversion<T> _inputRows, _outputRows;
    private readonly T[] _outputs, _slopes;
    private readonly BatchCheck _check;
    private readonly int _inputSize, _outputSize, _targetSize;

    /// <summary>The moving average of the weights, laid out as the store; null when none is asked for.</summary>
    private readonly NativeBuffer<T>? _average;
    private bool _disposed;

    public ManagedTrainingSession(
        NetworkDefinition network, NetworkWeights weights, TrainingSessionOptions options, ManagedRuntime<T> runtime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, "options.BatchSize");
        weights.CheckFits(network);
        (_options, _runtime, _oneExample) = (options, runtime, new(network, options.Frozen));
        (_inputSize, _outputSize) = (network.InputLayout.Size, network.OutputLayout.Size);
        (_outputs, _slopes) = (new T[options.BatchSize * _outputSize], new T[options.BatchSize * _outputSize]);
        _check = new(network, options.BatchSize);
        _targetSize = options.Loss.TargetSize(_outputSize);

        int lanes = runtime.Kernels.Lanes;
        _store = new(network, options.Frozen);
        _graph = GraphBuilder<T>.Train(network, runtime, _store, (options.BatchSize - 1) / lanes + 1, options.Seed, toInputs: false);
        _gradients = new(_store.TrainableLength);
        _update = OptimizerUpdate<T>.Create(options.Optimizer, _store.TrainableLength, runtime.Kernels.Level, runtime.Loop);
        _state = new(_store, _update, options.AverageDecay is not null);
        _inputRows = new(runtime, network.InputLayout, options.BatchSize);
        _outputRows = new(runtime, network.OutputLayout, options.BatchSize);
        _average = options.AverageDecay is null ? null : new(_store.Length);
        _pass = new(lanes) { Gradients = _gradients.Pointer };
        WriteWeights(weights);
    }

    public double LossWeight { get; private set; }

    /// <summary>The values of a parameter, to read and to change.</summary>
    internal Span<T> Parameter(string name) => _store[name];

    /// <summary>The gradient of a trained parameter.</summary>
    internal Span<T> Gradient(string name) => ParameterStore<T>.At(_gradients.Pointer, _store.Find(name)!);

    public double TrainStep(in TrainingBatch batch, double learningRate)
    {
        double loss = ComputeGradients(batch);
        if (!double.IsFinite(loss))
            return loss;
        if (!ClipGradients())
            return double.NaN;
        _state.Step++;
        _update.Apply(_store.Values, _gradients.Pointer, _state.Step, learningRate);
        _graph.Commit(_pass);
        UpdateAverage();
        GC.KeepAlive(this);
        return loss;
    }

    public double ComputeGradients(in TrainingBatch batch)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Check(batch);
        _pass.SetCount(batch.Count);
        (_pass.Training, _pass.Step) = (true, _state.Step);
        _pass.Parameters = _store.Values;
        _inputRows.WriteSingle(batch.Features, batch.Count, _graph.Inputs);
        _graph.Forward(_pass);

        Span<T> outputs = _outputs.AsSpan(0, batch.Count * _outputSize);
        Span<T> gradient = _graph.IsTrained ? _slopes.AsSpan(0, batch.Count * _outputSize) : default;
        _outputRows.Read(_graph.Outputs, batch.Count, outputs);
        (double sum, double weight) = _options.Loss.Accumulate<T>(outputs, batch.Targets, batch.Weights, gradient);
        LossWeight = weight;
        if (weight == 0)
            weight = 1;
        if (_graph.IsTrained)
        {
            TensorPrimitives.Multiply(gradient, T.CreateTruncating(1 / weight), gradient);
            _outputRows.Write(gradient, batch.Count, _graph.OutputGradients);
            _graph.Backward(_pass, toInputs: false);
        }
        GC.KeepAlive(this);
        return sum / weight;
    }

    public void ReadGradients(NetworkWeights gradients)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        foreach ((string name, WeightTensor tensor) in gradients)
        {
            if (_store.Find(name) is { Trainable: true } slot)
                ParameterStore<T>.Convert<T, float>(ParameterStore<T>.At(_gradients.Pointer, slot), tensor.Values);
            else
                Array.Clear(tensor.Values);
        }
        GC.KeepAlive(this);
    }

    public void Infer(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _check.Features(features, count);
        _check.Outputs(outputs.Length, count);
        _pass.Training = false;
        _pass.Parameters = ScoringValues;
        for (int start = 0; start < count; start += _options.BatchSize)
        {
            int part = Math.Min(_options.BatchSize, count - start);
            _pass.SetCount(part);
            _inputRows.WriteSingle(features.Slice(start * _inputSize, part * _inputSize), part, _graph.Inputs);
            _graph.Forward(_pass);
            _outputRows.ReadSingle(_graph.Outputs, part, outputs.Slice(start * _outputSize, part * _outputSize));
        }
        GC.KeepAlive(this);
    }

    public void ReadWeights(NetworkWeights weights)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _store.Save(ScoringValues, weights);
        GC.KeepAlive(this);
    }

    public void WriteWeights(NetworkWeights weights)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _store.Load(weights);
        if (_average is not null)
            Copy(0, _store.Length);
        GC.KeepAlive(this);
    }

    public NetworkWeights ReadState()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        NetworkWeights state = _state.Read();
        GC.KeepAlive(this);
        return state;
    }

    public void WriteState(NetworkWeights state)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _state.Write(state);
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        _disposed = true;
        _graph.Dispose();
        _update.Dispose();
        _store.Dispose();
        _gradients.Dispose();
        _average?.Dispose();
        _pass.Dispose();
        _inputRows.Dispose();
        _outputRows.Dispose();
    }

    /// <summary>The values to score with and to save: the average when there is one.</summary>
    private T* ScoringValues => _average is null ? _store.Values : _average.Pointer;

    /// <returns>Whether the norm of the gradients, if it is asked for, is finite.</returns>
    private bool ClipGradients()
    {
        long length = _gradients.Length;
        if (_options.GradientClipValue is { } bound)
            _runtime.Elementwise.Clamp(_gradients.Pointer, T.CreateTruncating(bound), length);
        if (_options.GradientClipNorm is not { } longest)
            return true;
        double norm = Math.Sqrt(_runtime.Elementwise.SumOfSquares(_gradients.Pointer, length));
        if (!double.IsFinite(norm))
            return false;
        // PyTorch's guard against a division by zero.
        if (longest / (norm + 1e-6) is < 1 and var factor)
            _runtime.Elementwise.Scale(_gradients.Pointer, T.CreateTruncating(factor), length);
        return true;
    }

    /// <summary>The first step's weights start the average, as in PyTorch's AveragedModel.</summary>
    private void UpdateAverage()
    {
        if (_average is null)
            return;
        if (_state.Step == 1)
            Copy(0, _store.TrainableLength);
        else
            _runtime.Elementwise.Interpolate(
                _average.Pointer, _store.Values, T.CreateTruncating(1 - _options.AverageDecay!.Value), _store.TrainableLength);
        Copy(_store.BufferStart, _store.Length);
    }

    private void Copy(long start, long end)
    {
        long bytes = (end - start) * sizeof(T);
        Buffer.MemoryCopy(_store.Values + start, _average!.Pointer + start, bytes, bytes);
    }

    private void Check(in TrainingBatch batch)
    {
        _check.Count(batch.Count);
        _oneExample.Require(batch.Count);
        _check.Features(batch.Features, batch.Count);
        BatchCheck.Length(batch.Targets.Length, batch.Count, _targetSize, "targets");
        if (!batch.Weights.IsEmpty)
            BatchCheck.Length(batch.Weights.Length, batch.Count, 1, "weights");
    }
}
