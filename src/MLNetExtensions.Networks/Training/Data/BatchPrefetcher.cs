using System.Runtime.ExceptionServices;

namespace MLNetExtensions.Networks.Training;

/// <summary>Hands out the batches of a run in order. Where they are costly, threads prepare the next ones while the engine
/// computes.</summary>
internal sealed class BatchPrefetcher : IDisposable
{
    private readonly BatchSource _source;
    private readonly IEnumerator<(int Epoch, int Step)> _places;
    private readonly Slot[] _slots;
    private readonly Thread[] _threads;
    private readonly Lock _lock = new();
    private volatile bool _disposed;
    private int _begun, _next;

    public BatchPrefetcher(BatchSource source, int firstEpoch, int endEpoch, bool takesSparseRows = false)
    {
        _source = source;
        _places = Places(source.Steps, firstEpoch, endEpoch);
        _threads = new Thread[source.IsCostly ? source.Threads : 0];
        // One for each thread to fill, and one that is in use.
        _slots = [.. Enumerable.Range(0, _threads.Length + 1).Select(_ => new Slot(source.CreateBuffer(takesSparseRows)))];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new(Prefetch) { IsBackground = true, Name = "Batch prefetcher" };
            _threads[i].Start();
        }
    }

    /// <summary>The next batch of the run. It is valid until the next call.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled, perhaps while the batch was read.</exception>
    public BatchBuffer Next(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_threads.Length == 0)
        {
            _places.MoveNext();
            _source.Fill(_slots[0].Buffer, _places.Current.Epoch, _places.Current.Step);
            return _slots[0].Buffer;
        }
        if (_next > 0)
            _slots[(_next - 1) % _slots.Length].Free.Release();
        Slot slot = _slots[_next % _slots.Length];
        slot.Filled.Wait(cancellation);
        // Not before its turn: the batches that were read well come first, however far ahead the threads were.
        slot.Failure?.Throw();
        _next++;
        return slot.Buffer;
    }

    public void Dispose()
    {
        _disposed = true;
        foreach (Slot slot in _slots)
            slot.Free.Release(_slots.Length);
        foreach (Thread thread in _threads)
            thread.Join();
        foreach (Slot slot in _slots)
            slot.Dispose();
    }

    private void Prefetch()
    {
        while (Begin() is var (slot, epoch, step))
        {
            slot.Free.Wait();
            if (_disposed)
                return;
            try
            {
                _source.Fill(slot.Buffer, epoch, step);
            }
            catch (Exception e)
            {
                slot.Failure = ExceptionDispatchInfo.Capture(e);
            }
            slot.Filled.Release();
            if (slot.Failure is not null)
                return;
        }
    }

    /// <summary>The next batch to prepare, and where; null when there is none left.</summary>
    private (Slot Slot, int Epoch, int Step)? Begin()
    {
        lock (_lock)
        {
            return _places.MoveNext()
                ? (_slots[_begun++ % _slots.Length], _places.Current.Epoch, _places.Current.Step)
                : null;
        }
    }

    private static IEnumerator<(int Epoch, int Step)> Places(int steps, int firstEpoch, int endEpoch)
    {
        for (int epoch = firstEpoch; epoch < endEpoch; epoch++)
        {
            for (int step = 0; step < steps; step++)
                yield return (epoch, step);
        }
    }

    /// <summary>A place for a batch: free, or filled.</summary>
    private sealed class Slot(BatchBuffer buffer) : IDisposable
    {
        public BatchBuffer Buffer => buffer;

        public SemaphoreSlim Free { get; } = new(1);

        public SemaphoreSlim Filled { get; } = new(0);

        /// <summary>Why the batch could not be prepared.</summary>
        public ExceptionDispatchInfo? Failure { get; set; }

        public void Dispose()
        {
            Free.Dispose();
            Filled.Dispose();
        }
    }
}
