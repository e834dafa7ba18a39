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

    private readonly Worker[] workers;
    private readonly WorkRange[] ranges;
    private IParallelWork? work;
    private int unfinished;
    private int busy;
    private ExceptionDispatchInfo? failure;
    private volatile bool disposed;

    /// <param name="threads">Threads to use, the caller's included.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        ranges = new WorkRange[threads];
        workers = new Worker[threads - 1];
        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = new Worker(this, i + 1);
        }
    }

    /// <summary>Threads that share the work, the caller's included.</summary>
    public int Threads => ranges.Length;

    /// <summary>Does all items and returns, or throws what an item threw, when no worker is at it any more. A pool that is busy
    /// with another caller's work, or disposed, leaves the whole to the caller.</summary>
    public void Run(IParallelWork parallelWork, int itemCount)
    {
        if (itemCount <= 1 || workers.Length == 0 || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            parallelWork.Run(0, itemCount, 0);
            return;
        }

        work = parallelWork;
        unfinished = itemCount;
        var shares = new Split(itemCount, Math.Min(Threads, itemCount));
        for (var i = 0; i < shares.Parts; i++)
        {
            // Whoever sees the range sees the fields above too.
            ranges[i].Set(shares[i], shares[i + 1]);
        }

        for (var i = 0; i < shares.Parts - 1; i++)
        {
            workers[i].Start();
        }

        TakePart(0);
        var spin = default(SpinWait);
        while (Volatile.Read(ref unfinished) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        var failed = failure;
        (work, failure) = (null, null);
        Volatile.Write(ref busy, 0);
        failed?.Throw();
    }

    /// <summary>Waits for the work in progress and ends the threads.</summary>
    public void Dispose()
    {
        // The pool stays busy for good, so that no later caller waits for workers that are gone.
        var spin = default(SpinWait);
        while (Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            if (disposed)
            {
                return;
            }

            spin.SpinOnce();
        }

        disposed = true;
        foreach (var worker in workers)
        {
            worker.Stop();
        }
    }

    /// <summary>Does items until none is left to begin: the worker's own, then what the others have not got to.</summary>
    private void TakePart(int worker)
    {
        while (ranges[worker].TryTakeFirst(out var begin, out var end))
        {
            RunItems(begin, end, worker);
        }

        for (var other = 1; other < ranges.Length; other++)
        {
            while (ranges[(worker + other) % ranges.Length].TryTakeLast(out var begin, out var end))
            {
                RunItems(begin, end, worker);
            }
        }
    }

    /// <summary>Items that a range gave out hold the caller in <see cref="Run"/>, so the work is there while they are
    /// done.</summary>
    private void RunItems(int begin, int end, int worker)
    {
        try
        {
            work!.Run(begin, end, worker);
        }
        catch (Exception exception)
        {
            // Thrown on the caller's thread, when all are done: here it would end the process, or leave the others to work on
            // what may lie on the caller's stack.
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        Interlocked.Add(ref unfinished, begin - end);
    }

    private sealed class Worker
    {
        private readonly WorkerPool pool;
        private readonly int index;
        private readonly Thread thread;
        private readonly AutoResetEvent wake = new(false);
        private int started;
        private int parked;

        public Worker(WorkerPool pool, int index)
        {
            this.pool = pool;
            this.index = index;
            thread = new Thread(Loop) { IsBackground = true, Name = $"{nameof(WorkerPool)} {index}" };
            thread.Start();
        }

        public void Start()
        {
            Interlocked.Increment(ref started);
            if (Interlocked.Exchange(ref parked, 0) != 0)
            {
                wake.Set();
            }
        }

        public void Stop()
        {
            Start();
            thread.Join();
            wake.Dispose();
        }

        private void Loop()
        {
            var done = 0;
            while (true)
            {
                Await(done);
                done = Volatile.Read(ref started);
                if (pool.disposed)
                {
                    return;
                }

                pool.TakePart(index);
            }
        }

        private void Await(int done)
        {
            var spin = default(SpinWait);
            var limit = Stopwatch.GetTimestamp() + SpinTicks;
            while (Volatile.Read(ref started) == done)
            {
                if (Stopwatch.GetTimestamp() < limit)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                    continue;
                }

                // Announce the nap, then look again: a start between the look and the nap finds the announcement and sets the
                // event.
                Interlocked.Exchange(ref parked, 1);
                if (Volatile.Read(ref started) == done || Interlocked.Exchange(ref parked, 0) == 0)
                {
                    wake.WaitOne();
                }
            }
        }
    }
}
