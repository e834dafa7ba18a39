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
/// Items are cut into one contiguous range per thread. What an item computes never depends on the number of threads,
/// so results do not either. Nothing is allocated by <see cref="Run"/>.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>How long an idle worker spins, 50 µs: longer than the gap between two layers, shorter than anyone would
    /// notice.</summary>
    private static readonly long SpinTicks = Stopwatch.Frequency / 20_000;

    private readonly Worker[] workers;
    private IParallelWork? work;
    private int items;
    private int active;
    private int pending;
    private int busy;
    private ExceptionDispatchInfo? failure;
    private volatile bool disposed;

    /// <param name="threads">Threads to use, the caller's included.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        workers = new Worker[threads - 1];
        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = new Worker(this, i + 1);
        }
    }

    /// <summary>Threads that share the work, the caller's included.</summary>
    public int Threads => workers.Length + 1;

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
        items = itemCount;
        active = Math.Min(Threads, itemCount);
        Volatile.Write(ref pending, active - 1);
        for (var i = 0; i < active - 1; i++)
        {
            workers[i].Start();
        }

        ExceptionDispatchInfo? failed;
        try
        {
            RunPart(0);
        }
        finally
        {
            // Also after an exception: what the workers still use may lie on the caller's stack.
            var spin = default(SpinWait);
            while (Volatile.Read(ref pending) != 0)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            (work, failed, failure) = (null, failure, null);
            Volatile.Write(ref busy, 0);
        }

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

    private void RunPart(int worker) =>
        work!.Run((int)((long)items * worker / active), (int)((long)items * (worker + 1) / active), worker);

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
            for (var done = 0; ; done++)
            {
                Await(done);
                if (pool.disposed)
                {
                    return;
                }

                try
                {
                    pool.RunPart(index);
                }
                catch (Exception exception)
                {
                    // Thrown on the caller's thread: here it would end the process.
                    pool.failure = ExceptionDispatchInfo.Capture(exception);
                }

                Interlocked.Decrement(ref pool.pending);
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
