using BenchmarkDotNet.Attributes;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>What benchmarks of kernels share: threads, the kernels of the widest vectors, and memory with numbers in
/// it.</summary>
public abstract unsafe class KernelBenchmark
{
    private readonly List<IDisposable> _owned = [];

    [Params(1, 2)]
    public int Threads { get; set; }

    private protected WorkerPool Pool { get; private set; } = null!;

    private protected KernelSet<float> Kernels { get; private set; } = null!;

    [GlobalSetup]
    public void SetUp()
    {
        Pool = Own(new WorkerPool(Threads));
        Kernels = KernelSet<float>.For(SimdLevels.Best);
        Prepare();
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        // The pool is used by what was made after it.
        _owned.Reverse();
        _owned.ForEach(item => item.Dispose());
        _owned.Clear();
    }

    private protected abstract void Prepare();

    private protected TItem Own<TItem>(TItem item)
        where TItem : IDisposable
    {
        _owned.Add(item);
        return item;
    }

    /// <summary>Numbers in [-0.5, 0.5).</summary>
    private protected float* Numbers(long count)
    {
        NativeBuffer<float> buffer = Own(new NativeBuffer<float>(count));
        Random random = new(1);
        foreach (ref float value in buffer.Span)
            value = random.NextSingle() - 0.5f;
        return buffer.Pointer;
    }
}
