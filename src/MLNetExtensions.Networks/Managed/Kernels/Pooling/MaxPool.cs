using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Maximum of each window. The gradient goes to the first maximum of a window, found again by comparing input with output: one
/// comparison per input is cheaper than storing and loading an index.
/// </summary>
/// <remarks>A NaN in a window is its maximum, and passes no gradient.</remarks>
internal sealed unsafe class MaxPool<T, TV, S>(PoolGeometry g, WorkerPool pool) : Pooling<T>(
    PoolWindow.Sliding(g.Height, g.OutHeight, g.KernelH, g.StrideH, g.PadH, g.DilationH, countPad: false),
    PoolWindow.Sliding(g.Width, g.OutWidth, g.KernelW, g.StrideW, g.PadW, g.DilationW, countPad: false),
    g.Height * g.Width,
    S.Lanes,
    pool)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _pitch = g.Width * S.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void ForwardPlane(T* input, T* output)
    {
        nint width = _pitch;
        foreach (ref readonly PoolWindow row in Rows.AsSpan())
        {
            foreach (ref readonly PoolWindow column in Columns.AsSpan())
            {
                T* from = input + row.First * width + column.First * S.Lanes;
                nint step = column.Step * S.Lanes;
                TV max = S.Load(from);
                for (int i = row.Count; i > 0; i--, from += row.Step * width)
                {
                    T* at = from;
                    for (int j = column.Count; j > 0; j--, at += step)
                    {
                        // Max takes a NaN on its right; the comparison of the maximum with itself keeps one that is already
                        // there.
                        max = S.Select(S.AreEqual(max, max), S.Max(max, S.Load(at)), max);
                    }
                }
                S.Store(output, max);
                output += S.Lanes;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void BackwardPlane(T* input, T* output, T* outputGradient, T* inputGradient, bool adds)
    {
        bool rectified = Rectifier != Rectifier.None;
        TV ceiling = S.Broadcast(Rectifier.Ceiling<T>());
        nint width = _pitch;
        foreach (ref readonly PoolWindow row in Rows.AsSpan())
        {
            foreach (ref readonly PoolWindow column in Columns.AsSpan())
            {
                nint offset = row.First * width + column.First * S.Lanes;
                nint step = column.Step * S.Lanes;
                TV max = S.Load(output);
                TV rest = S.Load(outputGradient);
                if (rectified)
                {
                    // A window whose maximum is an end of the range has none that the rectifier let through.
                    rest = S.Select(S.GreaterThan(max, S.Zero), S.Select(S.GreaterThan(ceiling, max), rest, S.Zero), S.Zero);
                }
                for (int i = row.Count; i > 0; i--, offset += row.Step * width)
                {
                    nint at = offset;
                    for (int j = column.Count; j > 0; j--, at += step)
                    {
                        TV hit = S.AreEqual(S.Load(input + at), max);
                        TV share = S.Select(hit, rest, S.Zero);
                        S.Store(inputGradient + at, adds ? S.Add(S.Load(inputGradient + at), share) : share);
                        rest = S.Select(hit, S.Zero, rest);
                    }
                }
                output += S.Lanes;
                outputGradient += S.Lanes;
            }
        }
    }
}
