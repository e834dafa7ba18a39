using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Mean of each window; the windows of a sliding kernel or those of an adaptive pooling.</summary>
internal sealed unsafe class AvgPool<T, TV, S>(PoolWindow[] rows, PoolWindow[] columns, int height, int width, WorkerPool pool)
    : Pooling<T>(rows, columns, height * width, S.Lanes, pool)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _pitch = width * S.Lanes;

    public static AvgPool<T, TV, S> Sliding(in PoolGeometry g, WorkerPool pool) => new(
        PoolWindow.Sliding(g.Height, g.OutHeight, g.KernelH, g.StrideH, g.PadH, g.DilationH, g.CountIncludePad),
        PoolWindow.Sliding(g.Width, g.OutWidth, g.KernelW, g.StrideW, g.PadW, g.DilationW, g.CountIncludePad),
        g.Height,
        g.Width,
        pool);

    public static AvgPool<T, TV, S> Adaptive(int height, int width, int outHeight, int outWidth, WorkerPool pool) =>
        new(PoolWindow.Adaptive(height, outHeight), PoolWindow.Adaptive(width, outWidth), height, width, pool);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void ForwardPlane(T* input, T* output)
    {
        foreach (ref readonly PoolWindow row in Rows.AsSpan())
        {
            foreach (ref readonly PoolWindow column in Columns.AsSpan())
            {
                T* from = input + row.First * _pitch + column.First * S.Lanes;
                TV sum = S.Zero;
                for (int i = 0; i < row.Count; i++, from += row.Step * _pitch)
                {
                    T* at = from;
                    for (int j = 0; j < column.Count; j++, at += column.Step * S.Lanes)
                        sum = S.Add(sum, S.Load(at));
                }
                S.Store(output, S.Divide(sum, S.Broadcast(T.CreateTruncating(row.Divisor * column.Divisor))));
                output += S.Lanes;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void BackwardPlane(T* input, T* output, T* outputGradient, T* inputGradient, bool adds)
    {
        foreach (ref readonly PoolWindow row in Rows.AsSpan())
        {
            foreach (ref readonly PoolWindow column in Columns.AsSpan())
            {
                T* to = inputGradient + row.First * _pitch + column.First * S.Lanes;
                TV share = S.Divide(S.Load(outputGradient), S.Broadcast(T.CreateTruncating(row.Divisor * column.Divisor)));
                for (int i = 0; i < row.Count; i++, to += row.Step * _pitch)
                {
                    T* at = to;
                    for (int j = 0; j < column.Count; j++, at += column.Step * S.Lanes)
                        S.Store(at, adds ? S.Add(S.Load(at), share) : share);
                }
                outputGradient += S.Lanes;
            }
        }
    }
}
