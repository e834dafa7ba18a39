using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Trains a network in the batch-lane layout.</summary>
internal sealed unsafe class ManagedTrainingSession<T> : TrainingSession<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ParameterStore<T> _store;
    private readonly NativeBuffer<T> _gradients;
    private readonly NativeBuffer<T>? _average;
    private readonly LayerGraph<T> _graph;
    private readonly OptimizerUpdate<T> _update;
    private readonly Pass<T> _pass;
    private readonly RowConversion<T> _inputRows, _outputRows;

    public ManagedTrainingSession(
        NetworkDefinition network, NetworkWeights weights, TrainingSessionOptions options, ManagedRuntime<T> runtime)
        : base(network, weights, options)
    {
        int lanes = runtime.Kernels.Lanes;
        _store = new(Layout);
        _graph = GraphBuilder<T>.Train(
            network, runtime, _store, (options.BatchSize - 1) / lanes + 1, options.Seed, options.InputGradients,
            options.LayersBefore);
        _gradients = new(Layout.TrainableLength);
        _average = options.AverageDecay is null ? null : new(Layout.Length);
        _update = OptimizerUpdate<T>.Create(
            options.Optimizer, UpdateRange.Of(Layout, options.Optimizer), runtime.Kernels.Level, runtime.Loop, _graph.Tables);
        _inputRows = new(runtime, network.InputLayout, options.BatchSize);
        _outputRows = new(runtime, network.OutputLayout, options.BatchSize);
        _pass = new(lanes) { Gradients = _gradients.Pointer };
        Values = Vector(_store.Values, Layout.Length);
        Gradients = new GradientVector<T>(_gradients.Pointer, _gradients.Length, runtime.Elementwise, _graph.Tables);
        Average = _average is null ? null : Vector(_average.Pointer, _average.Length);
        OptimizerState =
            [.. _update.State.Select(state => KeyValuePair.Create(state.Key, Vector(state.Value.Pointer, state.Value.Length)))];
        Start(weights);

        ParameterVector Vector(T* values, long length) => new NativeVector<T>(values, length, runtime.Elementwise);
    }

    public override bool TakesSparseRows => _graph.TakesSparseRows;

    protected override ParameterVector Values { get; }

    protected override ParameterVector Gradients { get; }

    protected override ParameterVector? Average { get; }

    protected override IEnumerable<KeyValuePair<string, ParameterVector>> OptimizerState { get; }

    protected override bool IsTrained => _graph.IsTrained;

    /// <summary>The values of a parameter, to read and to change.</summary>
    internal Span<T> Parameter(string name) => _store[name];

    /// <summary>The gradient of a trained parameter.</summary>
    internal Span<T> Gradient(string name) => ParameterStore<T>.At(_gradients.Pointer, _store.Find(name)!);

    protected override void RunForward(ReadOnlySpan<float> features, int count, long draw)
    {
        (_pass.Training, _pass.Draw) = (true, draw);
        Run(features, count, _store.Values);
    }

    protected override void RunScoring(ReadOnlySpan<float> features, int count)
    {
        _pass.Training = false;
        Run(features, count, _average is null ? _store.Values : _average.Pointer);
    }

    protected override void RunForward(SparseRows features, long draw)
    {
        (_pass.Training, _pass.Draw) = (true, draw);
        Run(features, _store.Values);
    }

    protected override void RunScoring(SparseRows features)
    {
        _pass.Training = false;
        Run(features, _average is null ? _store.Values : _average.Pointer);
    }

    protected override void ReadOutputs(int count, Span<T> outputs) => _outputRows.Read(_graph.Outputs, count, outputs);

    protected override void RunBackward(ReadOnlySpan<T> outputGradients, int count, bool toInputs)
    {
        _outputRows.Write(outputGradients, count, _graph.OutputGradients);
        _graph.Backward(_pass, toInputs);
    }

    protected override void ReadInputGradients(int count, Span<float> gradients) =>
        _inputRows.ReadSingle(_graph.InputGradients, count, gradients);

    protected override void ApplyUpdate(long step, double learningRate) =>
        _update.Apply(_store.Values, _gradients.Pointer, step, learningRate);

    protected override void CommitStatistics(int count)
    {
        _pass.Parameters = _store.Values;
        _pass.SetCount(count);
        _graph.Commit(_pass);
    }

    protected override void Free()
    {
        _graph.Dispose();
        _update.Dispose();
        _store.Dispose();
        _gradients.Dispose();
        _average?.Dispose();
        _pass.Dispose();
        _inputRows.Dispose();
        _outputRows.Dispose();
    }

    private void Run(SparseRows features, T* parameters)
    {
        _pass.Parameters = parameters;
        _pass.SetRows(features);
        _graph.Forward(_pass);
    }

    private void Run(ReadOnlySpan<float> features, int count, T* parameters)
    {
        _pass.Parameters = parameters;
        _pass.SetCount(count);
        _inputRows.WriteSingle(features, count, _graph.Inputs);
        _graph.Forward(_pass);
    }
}
