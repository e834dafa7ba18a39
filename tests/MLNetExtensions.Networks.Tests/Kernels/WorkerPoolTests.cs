using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

public class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_item_is_done_once_by_workers_that_exist(int threads)
    {
        using var pool = new WorkerPool(threads);
        foreach (var items in new[] { 0, 1, 2, 3, 7, 1000 })
        {
            for (var round = 0; round < 50; round++)
            {
                var work = new Counting(items, threads);
                pool.Run(work, items);
                Assert.All(work.Done, count => Assert.Equal(1, count));
            }
        }
    }

    [Fact]
    public void A_worker_that_has_parked_wakes_up()
    {
        using var pool = new WorkerPool(3);
        for (var round = 0; round < 5; round++)
        {
            var work = new Counting(30, 3);
            pool.Run(work, 30);
            Assert.Equal(30, work.Done.Sum());
            Thread.Sleep(20);
        }
    }

    [Fact]
    public void Callers_on_several_threads_all_get_their_work_done()
    {
        using var pool = new WorkerPool(2);
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            var work = new Counting(11, 2);
            pool.Run(work, 11);
            Assert.All(work.Done, count => Assert.Equal(1, count));
        });
    }

    [Fact]
    public void Callers_get_all_of_their_work_and_nothing_else_while_others_call_nest_and_fail()
    {
        using var pool = new WorkerPool(5);
        var failures = new ConcurrentBag<Exception>();
        List<Thread> callers = [.. Enumerable.Range(0, 4).Select(seed => new Thread(() => failures.Add(Record.Exception(() => Call(pool, seed)))))];
        callers.ForEach(caller => caller.Start());
        callers.ForEach(caller => caller.Join());
        Assert.All(failures, Assert.Null);

        static void Call(WorkerPool pool, int seed)
        {
            var random = new Random(seed);
            for (var round = 0; round < 1000; round++)
            {
                var items = random.Next(12);
                var failing = random.Next(4) == 0 ? random.Next(items + 1) : -1;
                var work = new Nesting(pool, new Counting(items, 5), failing);
                var thrown = Record.Exception(() => pool.Run(work, items));
                Assert.Equal(failing >= 0 && failing < items ? work.Message : null, thrown?.Message);
                Assert.Equal(work.Entered, work.Left);
                Assert.All(work.Done, count => Assert.Equal(thrown is null ? 1 : Math.Min(count, 1), count));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_exception_of_any_item_reaches_the_caller_when_all_are_done(int failing)
    {
        using var pool = new WorkerPool(3);
        for (var round = 0; round < 20; round++)
        {
            var work = new Failing(failing);
            var thrown = Assert.Throws<InvalidOperationException>(() => pool.Run(work, 3));
            Assert.Equal($"item {failing}", thrown.Message);
            Assert.Equal(3, work.Ended);

            var next = new Counting(30, 3);
            pool.Run(next, 30);
            Assert.All(next.Done, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void A_thread_takes_over_what_another_has_not_begun()
    {
        using var pool = new WorkerPool(2);
        for (var round = 0; round < 20; round++)
        {
            var work = new Waiting(8);
            pool.Run(work, 8);
            Assert.True(work.OthersWereDone, "Items behind the one that waited were left to the thread that did it.");
        }
    }

    [Fact]
    public void A_disposed_pool_leaves_the_work_to_the_caller()
    {
        var pool = new WorkerPool(3);
        pool.Dispose();
        pool.Dispose();
        var work = new Counting(30, threads: 1);
        pool.Run(work, 30);
        Assert.All(work.Done, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Disposing_waits_for_the_work_in_progress()
    {
        for (var round = 0; round < 20; round++)
        {
            var pool = new WorkerPool(2);
            var work = new Counting(1000, 2);
            var caller = new Thread(() => pool.Run(work, 1000));
            caller.Start();
            pool.Dispose();
            Assert.True(caller.Join(TimeSpan.FromSeconds(30)), "The caller waits for a worker that has ended.");
            Assert.All(work.Done, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Running_allocates_nothing()
    {
        using var pool = new WorkerPool(2);
        var work = new Counting(4, 2);
        pool.Run(work, 4);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            pool.Run(work, 4);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private sealed class Failing(int failing) : IParallelWork
    {
        private int ended;

        public int Ended => ended;

        public void Run(int begin, int end, int worker)
        {
            if (begin != failing)
            {
                Thread.Sleep(2);
            }

            Interlocked.Add(ref ended, end - begin);
            if (begin == failing)
            {
                throw new InvalidOperationException($"item {begin}");
            }
        }
    }

    /// <summary>The piece with the first item lasts until all others are done.</summary>
    private sealed class Waiting(int items) : IParallelWork
    {
        private int others;

        public bool OthersWereDone { get; private set; }

        public void Run(int begin, int end, int worker)
        {
            if (begin == 0)
            {
                OthersWereDone = SpinWait.SpinUntil(() => Volatile.Read(ref others) == items - end, TimeSpan.FromSeconds(30));
            }
            else
            {
                Interlocked.Add(ref others, end - begin);
            }
        }
    }

    /// <summary>Runs other work on the pool before each piece of its own, and fails at an item.</summary>
    private sealed class Nesting(WorkerPool pool, Counting own, int failing) : IParallelWork
    {
        private int entered;
        private int left;

        public int Entered => entered;

        public int Left => left;

        public int[] Done => own.Done;

        /// <summary>No other work fails with it.</summary>
        public string Message => $"item {failing} of {RuntimeHelpers.GetHashCode(this)}";

        public void Run(int begin, int end, int worker)
        {
            Interlocked.Increment(ref entered);
            var inner = new Counting(5, 5);
            pool.Run(inner, 5);
            Assert.All(inner.Done, count => Assert.Equal(1, count));
            own.Run(begin, end, worker);
            Interlocked.Increment(ref left);
            if (failing >= begin && failing < end)
            {
                throw new InvalidOperationException(Message);
            }
        }
    }

    private sealed class Counting(int items, int threads) : IParallelWork
    {
        public int[] Done { get; } = new int[items];

        public void Run(int begin, int end, int worker)
        {
            if (worker < 0 || worker >= threads)
            {
                throw new ArgumentOutOfRangeException(nameof(worker));
            }

            for (var item = begin; item < end; item++)
            {
                Interlocked.Increment(ref Done[item]);
            }
        }
    }
}
