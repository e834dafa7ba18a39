using System.Collections.Concurrent;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Transformers;

/// <summary>
/// Scoring sessions to borrow: a session is not thread-safe and costs a copy of the weights, so each reader takes one and
/// gives it back. Disposed, the pool still lends but keeps nothing: a prediction engine disposes its model, and ML.NET's
/// own trainers leave models that don't mind.
/// </summary>
internal sealed class InferencePool(INetworkEngine engine, NetworkModel model) : IDisposable
{
    private const int MaxBlockSize = 256;

    /// <summary>The features of a block: 4 MiB, as cursors hold a block each.</summary>
    private const int MaxBlockValues = 1 << 20;

    private readonly ConcurrentBag<IInferenceSession> _blocks = [], _rows = [];
    private volatile bool _disposed;

    /// <summary>The rows that a cursor scores at once: fewer where they are large, but enough for the widest vectors.</summary>
    public int BlockSize { get; } =
        (int)Math.Clamp(MaxBlockValues / model.Definition.InputShape.Size, ScoringCursor.FirstBlock, MaxBlockSize);

    public IInferenceSession RentForBlocks() => Rent(_blocks, BlockSize);

    public IInferenceSession RentForRows() => Rent(_rows, 1);

    public void ReturnForBlocks(IInferenceSession session) => Return(_blocks, session);

    public void ReturnForRows(IInferenceSession session) => Return(_rows, session);

    public void Dispose()
    {
        _disposed = true;
        Empty(_blocks);
        Empty(_rows);
    }

    private IInferenceSession Rent(ConcurrentBag<IInferenceSession> bag, int maxBatchSize) =>
        bag.TryTake(out IInferenceSession? session) ? session : engine.CreateInferenceSession(model, maxBatchSize);

    private void Return(ConcurrentBag<IInferenceSession> bag, IInferenceSession session)
    {
        bag.Add(session);
        // Looked at afterwards, so that a session given back while the pool is being disposed is not left in it.
        if (_disposed)
            Empty(bag);
    }

    private static void Empty(ConcurrentBag<IInferenceSession> bag)
    {
        while (bag.TryTake(out IInferenceSession? session))
            session.Dispose();
    }
}
