using System.Runtime.ExceptionServices;

namespace MLNetExtensions.Networks.Training;

/// <summary>Hands out the batches of a run in order. Where they are costly, a thread prepares the next
/// one while the engine computes.</summary>
internal sealed class BatchPrefetcher : IDisposable
{
    private readonly BatchSource _source;
    private readonly IEnumerator<(int Epoch, int Step)> _places;
    private readonly BatchBuffer[] _buffers;
    private readonly Thread? _thread;
    private readonly SemaphoreSlim _free = new(2);
    private readonly SemaphoreSlim _filled = new(0);
    private volatile bool _disposed;
    private ExceptionDispatchInfo? _failure;
    private int _filledCount;
    private int _next;

    public BatchPrefetcher(BatchSource source, int firstEpoch, int endEpoch, bool takesSparseRows = false)
    {
        _source = source;
        _places = Places(source.Steps, firstEpoch, endEpoch);
        if (source.IsCostly)
        {
            _buffers = [source.CreateBuffer(takesSparseRows), source.CreateBuffer(takesSparseRows)];
            _thread = new(Prefetch) { IsBackground = true, Name = "Batch prefetcher" };
            _thread.Start();
        }
        else
        {
            _buffers = [source.CreateBuffer(takesSparseRows)];
        }
    }

    /// <summary>The next batch of the run. It is valid until the next call.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled, perhaps while the batch was read.</exception>
    public BatchBuffer Next(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_thread is null)
        {
            FillNext(_buffers[0]);
            return _buffers[0];
        }
        if (_next > 0)
            _free.Release();
        _filled.Wait(cancellation);
        // Not before its turn: the batches that were read well come first, however far ahead the thread was.
        if (_next == _filledCount)
            _failure?.Throw();
        return _buffers[_next++ & 1];
    }

    public void Dispose()
    {
        _disposed = true;
        _free.Release();
        _thread?.Join();
        _free.Dispose();
        _filled.Dispose();
    }

    private void Prefetch()
    {
        try
        {
            for (int i = 0; ; i++)
            {
                _free.Wait();
                if (_disposed || !FillNext(_buffers[i & 1]))
                    return;
                _filledCount++;
                _filled.Release();
            }
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            _filled.Release();
        }
    }

    private bool FillNext(BatchBuffer buffer)
    {
        if (!_places.MoveNext())
            return false;
        _source.Fill(buffer, _places.Current.Epoch, _places.Current.Step);
        return true;
    }

    private static IEnumerator<(int Epoch, int Step)> Places(int steps, int firstEpoch, int endEpoch)
    {
        for (int epoch = firstEpoch; epoch < endEpoch; epoch++)
        {
            for (int step = 0; step < steps; step++)
                yield return (epoch, step);
        }
    }
}
