using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Scores with a trained network. Batch normalisation is folded into the layer before. A session for a few examples takes them one by one through
/// a graph in the channel-lane layout; one for more goes through the batch-lane layout, in parts that fit the cache. The session's size
/// decides, not the call's: a score never depends on the examples beside it.
/// </summary>
internal sealed unsafe class ManagedInferenceSession<T> : IInferenceSession
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Bytes of activations that should stay in the second-level cache of a core.</summary>
    private const long CacheBytes = 512 * 1024;

    /// <summary>A block of examples whose largest layer takes more bytes than this is slower than one example after the
    /// other.</summary>
    private const long LargestBlockBytes = 16 << 20;

    private readonly int _maxBatchSize, _inputSize, _outputSize;
    private readonly SingleScorer<T>? _single;
    private readonly BatchScorer<T>? _batch;

    public ManagedInferenceSession(NetworkModel model, int maxBatchSize, ManagedRuntime<T> runtime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatchSize, 1);
        NetworkModel folded = BatchNormFolding.Fold(model);
        NetworkDefinition network = folded.Definition;
        (_inputSize, _outputSize) = (checked((int)network.InputShape.Size), checked((int)network.OutputShape.Size));
        _maxBatchSize = maxBatchSize;

        int lanes = runtime.Kernels.Lanes;
        long blockBytes = network.Nodes.Max(node => network.ShapeOf(node.Name).Size + network.InputShapes(node).Sum(
            shape => shape.Size))
            * lanes * sizeof(T);
        int mostSingles = blockBytes > LargestBlockBytes ? int.MaxValue : Math.Max(1, lanes / 4);
        _single = maxBatchSize <= mostSingles ? SingleScorer<T>.Create(folded, runtime) : null;
        if (_single is null)
        {
            int threads = runtime.Pool.Threads, blocks = (maxBatchSize + lanes - 1) / lanes;
            _batch = new(folded,
                Math.Min(blocks, (int)Math.Clamp(CacheBytes * threads / blockBytes, threads, blocks + threads)), runtime);
        }
    }

    public void Run(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        if (count < 1 || count > _maxBatchSize)
            throw new ArgumentOutOfRangeException(nameof(count), count,
                $"A session made for 1 to {_maxBatchSize} examples can't take so many.");
        RequireLength(features.Length, count, _inputSize, nameof(features));
        RequireLength(outputs.Length, count, _outputSize, nameof(outputs));
        if (_single is null)
        {
            _batch!.Run(features, count, outputs);
            return;
        }
        for (int row = 0; row < count; row++)
            _single.Run(features.Slice(row * _inputSize, _inputSize), outputs.Slice(row * _outputSize, _outputSize));
    }

    public void Dispose()
    {
        _single?.Dispose();
        _batch?.Dispose();
    }

    private static void RequireLength(int length, int count, int size, string name)
    {
        if (length != (long)count * size)
            throw new ArgumentException($"{count} examples need {(long)count * size} {name}, {size} each, not {length}.", name);
    }
}
