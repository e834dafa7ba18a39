using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Scores with a compiled network. A session for a few examples takes them
/// one by one through a graph in the channel-lane layout; one for more goes through the batch-lane layout, in parts that fit the
/// cache. The session's size decides, not the call's: a score never depends on the examples beside it.
/// </summary>
internal sealed unsafe class ManagedInferenceSession<T> : InferenceSession
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _inputSize, _outputSize;
    private readonly SingleScorer<T>? _single;
    private readonly BatchScorer<T>? _batch;

    public ManagedInferenceSession(
        ManagedCompiledNetwork<T> compiled, NetworkDefinition definition, int maxBatchSize, ManagedRuntime<T> runtime)
        : base(compiled, definition, maxBatchSize)
    {
        NetworkDefinition network = compiled.Model.Definition;
        (_inputSize, _outputSize) = (network.InputLayout.Size, network.OutputLayout.Size);

        int lanes = runtime.Kernels.Lanes;
        long largest = network.Nodes.Max(node =>
            network.ShapeOf(node.Name).Size + network.InputShapes(node).Sum(shape => shape.Size));
        long blockBytes = largest * lanes * sizeof(T);
        _single = maxBatchSize <= Blocking.MostScoredSingly(lanes, blockBytes)
            ? SingleScorer<T>.Create(network, compiled.Store, runtime)
            : null;
        if (_single is null)
        {
            int threads = runtime.Pool.Threads, blocks = (maxBatchSize - 1) / lanes + 1;
            long most = Math.Max(threads, Blocking.Machine.ScoredBytes * threads / blockBytes);
            _batch = new(network, compiled.Store, (int)Math.Min(blocks, most), runtime);
        }
    }

    public override bool TakesSparseRows => _single?.TakesSparseRows ?? _batch!.TakesSparseRows;

    protected override void Score(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        _batch?.Run(features, count, outputs);
        for (int row = 0; _single is not null && row < count; row++)
            _single.Run(features.Slice(row * _inputSize, _inputSize), outputs.Slice(row * _outputSize, _outputSize));
    }

    protected override void Score(SparseRows features, Span<float> outputs)
    {
        _batch?.Run(features, outputs);
        for (int row = 0; _single is not null && row < features.Count; row++)
            _single.Run(features.Slice(row, 1), outputs.Slice(row * _outputSize, _outputSize));
    }

    protected override void Free()
    {
        _single?.Dispose();
        _batch?.Dispose();
    }
}
