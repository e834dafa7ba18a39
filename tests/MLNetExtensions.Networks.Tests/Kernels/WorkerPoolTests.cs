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
