using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Adds partial gradients in their order, so that the total does not depend on who computed which.</summary>
internal sealed unsafe class PartialSum<T, TV, S>(T* partial, int partSize, WorkerPool pool) : IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int ItemSize = 16 * 1024;

    private T* weights;
    private T* biases;
    private int weightCount;
    private int biasCount;
    private int parts;

    /// <summary>Writes the totals: of each part's first numbers to <paramref name="dw"/>, of the rest to <paramref name="db"/>
    /// unless null.</summary>
    public void Run(T* dw, int dwCount, T* db, int dbCount, int partCount)
    {
        weights = dw;
        weightCount = dwCount;
        biases = db;
        biasCount = dbCount;
        parts = partCount;
        pool.Run(this, (dwCount + ItemSize - 1) / ItemSize);
        if (db != null)
        {
            Add(partial + weightCount, biases, biasCount);
        }
    }

    public void Run(int begin, int end, int worker)
    {
        var first = begin * ItemSize;
        Add(partial + first, weights + first, Math.Min(end * ItemSize, weightCount) - first);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(T* from, T* to, int count)
    {
        var i = 0;
        for (; i + S.Lanes <= count; i += S.Lanes)
        {
            var sum = S.Load(from + i);
            for (var part = 1; part < parts; part++)
            {
                sum = S.Add(sum, S.Load(from + (nint)part * partSize + i));
            }

            S.Store(to + i, sum);
        }

        for (; i < count; i++)
        {
            var sum = from[i];
            for (var part = 1; part < parts; part++)
            {
                sum += from[(nint)part * partSize + i];
            }

            to[i] = sum;
        }
    }
}
