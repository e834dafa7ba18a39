using System.Collections.Concurrent;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Transformers;

/// <summary>Scoring sessions to borrow: a session is not thread-safe and costs a copy of the weights, so each reader takes one and gives it back.</summary>
internal sealed class InferencePool(INetworkEngine engine, NetworkModel model) : IDisposable
{
    /// <summary>The rows that a cursor scores at once.</summary>
    public const int BlockSize = 256;

    private readonly ConcurrentBag<IInferenceSession> _blocks = [], _rows = [];
    private bool _disposed;

    public IInferenceSession RentForBlocks() => Rent(_blocks, BlockSize);

    public IInferenceSession RentForRows() => Rent(_rows, 1);

    public void ReturnForBlocks(IInferenceSession session) => Return(_blocks, session);

    public void ReturnForRows(IInferenceSession session) => Return(_rows, session);

    public void Dispose()
    {
        _disposed = true;
        foreach (ConcurrentBag<IInferenceSession> bag in (ReadOnlySpan<ConcurrentBag<IInferenceSession>>)[_blocks, _rows])
            while (bag.TryTake(out IInferenceSession? session))
                session.Dispose();
    }

    private IInferenceSession Rent(ConcurrentBag<IInferenceSession> bag, int maxBatchSize)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(NeuralNetworkTransformer));
        return bag.TryTake(out IInferenceSession? session) ? session : engine.CreateInferenceSession(model, maxBatchSize);
    }

    private void Return(ConcurrentBag<IInferenceSession> bag, IInferenceSession session)
    {
        if (_disposed)
            session.Dispose();
        else
            bag.Add(session);
    }
}
