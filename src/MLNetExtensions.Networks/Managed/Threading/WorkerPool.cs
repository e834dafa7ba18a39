using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Work that can be cut into numbered items.</summary>
internal interface IParallelWork
{
    /// <summary>Does the items [<paramref name="begin"/>, <paramref name="end"/>) on the given worker, 0 being the caller's
    /// thread.</summary>
    void Run(int begin, int end, int worker);
}

/// <summary>
/// A fixed set of threads for work of microseconds: a worker spins for a short while after its last piece, then parks.
/// </summary>
/// <remarks>
/// Items are cut into one contiguous <see cref="WorkRange"/> per thread, so that a thread finds in its cache what it computed
/// a layer before. A thread takes its own range in ever smaller pieces and then those that others have not begun: one that is
/// late, because the system runs something else on its processor, holds up no one. What an item computes never depends on the
/// thread that does it, so results do not either. Nothing is allocated by <see cref="Run"/>.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>How long an idle worker spins, 50 µs: longer than the gap between two layers, shorter than anyone would
    /// notice.</summary>
    private static readonly long SpinTicks = Stopwatch.Frequency / 20_000;

    private readonly Worker[] _workers;
    private readonly WorkRange[] _ranges;
    private IParallelWork? _work;
    private int _unfinished;
    private int _busy;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _disposed;

    /// <param name="threads">Threads to use, the caller's included.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        _ranges = new WorkRange[threads];
        _workers = new Worker[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
            _workers[i] = new Worker(this, i + 1);
    }

    /// <summary>Threads that share the work, the caller's included.</summary>
    public int Threads => _ranges.Length;

    /// <summary>Does all items and returns, or throws what an item threw, when no worker is at it any more. A pool that is busy
    /// with another caller's work, or disposed, leaves the whole to the caller.</summary>
    /// <param name="parallelWork">The work.</param>
    /// <param name="itemCount">Its items.</param>
    /// <param name="inline">Whether it is so little (<see cref="InlineWork"/>) that the caller does it alone.</param>
    public void Run(IParallelWork parallelWork, int itemCount, bool inline = false)
    {
        if (inline || itemCount <= 1 || _workers.Length == 0 || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            parallelWork.Run(0, itemCount, 0);
            return;
        }
        _work = parallelWork;
        _unfinished = itemCount;
        Split shares = new(itemCount, Math.Min(Threads, itemCount));
        for (int i = 0; i < shares.Parts; i++)
        {
            // Whoever sees the range sees the fields above too.
            _ranges[i].Set(shares[i], shares[i + 1]);
        }
        for (int i = 0; i < shares.Parts - 1; i++)
            _workers[i].Start();
        TakePart(0);
        SpinWait spin = default;
        while (Volatile.Read(ref _unfinished) != 0)
            spin.SpinOnce(sleep1Threshold: -1);
        ExceptionDispatchInfo? failed = _failure;
        (_work, _failure) = (null, null);
        Volatile.Write(ref _busy, 0);
        failed?.Throw();
    }

    /// <summary>Waits for the work in progress and ends the threads.</summary>
    public void Dispose()
    {
        // The pool stays busy for good, so that no later caller waits for workers that are gone.
        SpinWait spin = default;
        while (Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            if (_disposed)
                return;
            spin.SpinOnce();
        }
        _disposed = true;
        foreach (Worker worker in _workers)
            worker.Stop();
    }

    /// <summary>Does items until none is left to begin: the worker's own, then what the others have not got to.</summary>
    private void TakePart(int worker)
    {
        while (_ranges[worker].TryTakeFirst(out int begin, out int end))
            RunItems(begin, end, worker);
        for (int other = 1; other < _ranges.Length; other++)
        {
            while (_ranges[(worker + other) % _ranges.Length].TryTakeLast(out int begin, out int end))
                RunItems(begin, end, worker);
        }
    }

    /// <summary>Items that a range gave out hold the caller in <see cref="Run"/>, so the work is there while they are
    /// done.</summary>
    private void RunItems(int begin, int end, int worker)
    {
        try
        {
            _work!.Run(begin, end, worker);
        }
        catch (Exception exception)
        {
            // Thrown on the caller's thread, when all are done: here it would end the process, or leave the others to work on
            // what may lie on the caller's stack.
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
        Interlocked.Add(ref _unfinished, begin - end);
    }

    private sealed class Worker
    {
        private readonly WorkerPool _pool;
        private readonly int _index;
        private readonly Thread _thread;
        private readonly AutoResetEvent _wake = new(false);
        private int _started;
        private int _parked;

        public Worker(WorkerPool pool, int index)
        {
            _pool = pool;
            _index = index;
            _thread = new Thread(Loop) { IsBackground = true, Name = $"{nameof(WorkerPool)} {index}" };
            _thread.Start();
        }

        public void Start()
        {
            Interlocked.Increment(ref _started);
            if (Interlocked.Exchange(ref _parked, 0) != 0)
                _wake.Set();
        }

        public void Stop()
        {
            Start();
            _thread.Join();
            _wake.Dispose();
        }

        private void Loop()
        {
            int done = 0;
            while (true)
            {
                Await(done);
                done = Volatile.Read(ref _started);
                if (_pool._disposed)
                    return;
                _pool.TakePart(_index);
            }
        }

        private void Await(int done)
        {
            SpinWait spin = default;
            long limit = Stopwatch.GetTimestamp() + SpinTicks;
            while (Volatile.Read(ref _started) == done)
            {
                if (Stopwatch.GetTimestamp() < limit)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                    continue;
                }

                // Announce the nap, then look again: a start between the look and the nap finds the announcement and sets the
                // event.
                Interlocked.Exchange(ref _parked, 1);
                if (Volatile.Read(ref _started) == done || Interlocked.Exchange(ref _parked, 0) == 0)
                    _wake.WaitOne();
            }
        }
    }
}
