using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Adds partial gradients in their order, so that the total does not depend on who computed which.</summary>
internal sealed unsafe class PartialSum<T, TV, S>(T* partial, int partSize, WorkerPool pool) : IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private T* _weights;
    private T* _biases;
    private int _weightCount;
    private int _biasCount;
    private int _parts;

    /// <summary>Writes the totals: of each part's first numbers to <paramref name="dw"/>, of the rest to <paramref name="db"/>
    /// unless null.</summary>
    public void Run(T* dw, int dwCount, T* db, int dbCount, int partCount)
    {
        _weights = dw;
        _weightCount = dwCount;
        _biases = db;
        _biasCount = dbCount;
        _parts = partCount;
        pool.Run(this, (dwCount + Blocking.AddedSums - 1) / Blocking.AddedSums);
        if (db != null)
            Add(partial + _weightCount, _biases, _biasCount);
    }

    public void Run(int begin, int end, int worker)
    {
        int first = begin * Blocking.AddedSums;
        Add(partial + first, _weights + first, Math.Min(end * Blocking.AddedSums, _weightCount) - first);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(T* from, T* to, int count)
    {
        int i = 0;
        for (; i + S.Lanes <= count; i += S.Lanes)
        {
            TV sum = S.Load(from + i);
            for (int part = 1; part < _parts; part++)
                sum = S.Add(sum, S.Load(from + (nint)part * partSize + i));
            S.Store(to + i, sum);
        }
        for (; i < count; i++)
        {
            T sum = from[i];
            for (int part = 1; part < _parts; part++)
                sum += from[(nint)part * partSize + i];
            to[i] = sum;
        }
    }
}
