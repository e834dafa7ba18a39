using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Scores with a trained network: batch normalisation is folded into the layer before, and a large batch goes through the network in parts that
/// fit the cache.</summary>
internal sealed unsafe class ManagedInferenceSession<T> : IInferenceSession
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Bytes of activations that should stay in the second-level cache of a core.</summary>
    private const long CacheBytes = 512 * 1024;

    private readonly int _maxBatchSize, _partSize, _inputSize, _outputSize;
    private readonly ParameterStore<T> _store;
    private readonly LayerGraph<T> _graph;
    private readonly Pass<T> _pass;
    private readonly RowConversion<T> _inputRows, _outputRows;

    public ManagedInferenceSession(NetworkModel model, int maxBatchSize, ManagedRuntime<T> runtime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatchSize, 1);
        NetworkModel folded = BatchNormFolding.Fold(model);
        NetworkDefinition network = folded.Definition;
        (_inputSize, _outputSize) = (checked((int)network.InputShape.Size), checked((int)network.OutputShape.Size));

        int lanes = runtime.Kernels.Lanes, blocks = (maxBatchSize + lanes - 1) / lanes;
        long largest = network.Nodes.Max(node => network.ShapeOf(node.Name).Size + network.InputShapes(node).Sum(shape => shape.Size));
        int partBlocks = (int)Math.Clamp(CacheBytes * runtime.Pool.Threads / (largest * lanes * sizeof(T)), runtime.Pool.Threads, int.MaxValue);
        _maxBatchSize = maxBatchSize;
        _partSize = Math.Min(blocks, partBlocks) * lanes;

        _store = new(network, new HashSet<string>());
        _store.Load(folded.Weights);
        _graph = GraphBuilder<T>.Build(network, runtime, _store, _partSize / lanes, trainingSeed: null);
        _pass = new(lanes) { Parameters = _store.Values };
        _inputRows = new(runtime, _partSize, _inputSize);
        _outputRows = new(runtime, _partSize, _outputSize);
    }

    public void Run(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        if (count < 1 || count > _maxBatchSize)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A session made for 1 to {_maxBatchSize} examples can't take so many.");
        RequireLength(features.Length, count, _inputSize, nameof(features));
        RequireLength(outputs.Length, count, _outputSize, nameof(outputs));
        for (int start = 0; start < count; start += _partSize)
        {
            int part = Math.Min(_partSize, count - start);
            _pass.SetCount(part);
            _inputRows.Write(features.Slice(start * _inputSize, part * _inputSize), part, _graph.Input.Data);
            _graph.Forward(_pass);
            _outputRows.Read(_graph.Output.Data, part, outputs.Slice(start * _outputSize, part * _outputSize));
        }
    }

    public void Dispose()
    {
        _graph.Dispose();
        _store.Dispose();
        _pass.Dispose();
        _inputRows.Dispose();
        _outputRows.Dispose();
    }

    private static void RequireLength(int length, int count, int size, string name)
    {
        if (length != (long)count * size)
            throw new ArgumentException($"{count} examples need {(long)count * size} {name}, {size} each, not {length}.", name);
    }
}
