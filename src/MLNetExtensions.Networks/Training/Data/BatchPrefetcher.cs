using System.Runtime.ExceptionServices;

namespace MLNetExtensions.Networks.Training;

/// <summary>Hands out the batches of a run in order. Where they are costly, threads prepare the next ones while the engine
/// computes.</summary>
internal sealed class BatchPrefetcher : IDisposable
{
    /// <summary>How often someone who waits for a batch looks whether the run was cancelled.</summary>
    private static readonly TimeSpan CancellationInterval = TimeSpan.FromMilliseconds(20);

    private readonly BatchSource _source;
    private readonly IEnumerator<(int Epoch, int Step)> _places;
    private readonly Slot[] _slots;
    private readonly Thread[] _threads;

    /// <summary>Guards what follows, and tells of its changes.</summary>
    private readonly object _state = new();

    private bool _disposed;

    /// <summary>The batches of the run that were begun, handed out, and done with.</summary>
    private int _begun, _handedOut, _done;

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
        Slot slot = _slots[_handedOut % _slots.Length];
        lock (_state)
        {
            _done = _handedOut;
            Monitor.PulseAll(_state);
            while (slot.Filled != _handedOut)
            {
                Monitor.Wait(_state, CancellationInterval);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        // Not before its turn: the batches that were read well come first, however far ahead the threads were.
        slot.Failure?.Throw();
        _handedOut++;
        return slot.Buffer;
    }

    public void Dispose()
    {
        lock (_state)
        {
            _disposed = true;
            Monitor.PulseAll(_state);
        }
        foreach (Thread thread in _threads)
            thread.Join();
    }

    private void Prefetch()
    {
        while (Begin() is var (batch, epoch, step))
        {
            Slot slot = _slots[batch % _slots.Length];
            try
            {
                _source.Fill(slot.Buffer, epoch, step);
            }
            catch (Exception e)
            {
                slot.Failure = ExceptionDispatchInfo.Capture(e);
            }
            lock (_state)
            {
                slot.Filled = batch;
                Monitor.PulseAll(_state);
            }
            if (slot.Failure is not null)
                return;
        }
    }

    /// <summary>The next batch to prepare, once its place is free; null when there is none left.</summary>
    private (int Batch, int Epoch, int Step)? Begin()
    {
        lock (_state)
        {
            if (!_places.MoveNext())
                return null;
            (int batch, (int epoch, int step)) = (_begun++, _places.Current);
            while (batch >= _done + _slots.Length && !_disposed)
                Monitor.Wait(_state);
            return _disposed ? null : (batch, epoch, step);
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

    /// <summary>A place for a batch.</summary>
    private sealed class Slot(BatchBuffer buffer)
    {
        public BatchBuffer Buffer => buffer;

        /// <summary>The number of the batch that it holds; −1 at first.</summary>
        public int Filled { get; set; } = -1;

        /// <summary>Why the batch could not be prepared.</summary>
        public ExceptionDispatchInfo? Failure { get; set; }
    }
}
