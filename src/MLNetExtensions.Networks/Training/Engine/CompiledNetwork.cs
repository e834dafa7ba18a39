namespace MLNetExtensions.Networks.Training;

/// <summary>A compiled network of any engine: how long the weights stay is written here, once; an engine supplies them and the
/// sessions.</summary>
internal abstract class CompiledNetwork : ICompiledNetwork
{
    private readonly Lock _lock = new();

    /// <summary>The sessions that are not disposed and, until it is disposed, the network itself.</summary>
    private int _users = 1;
    private bool _disposed;

    public IInferenceSession CreateSession(int maxBatchSize)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _users++;
        }
        try
        {
            return Create(maxBatchSize);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        Leave();
    }

    /// <summary>Says that a user has gone: each session does once.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_users > 0)
                return;
        }
        Free();
    }

    /// <summary>A session, which leaves when it is disposed.</summary>
    protected abstract IInferenceSession Create(int maxBatchSize);

    /// <summary>Frees the weights.</summary>
    protected abstract void Free();
}
