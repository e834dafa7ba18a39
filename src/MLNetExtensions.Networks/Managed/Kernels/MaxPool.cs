using System.Numerics;

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
    private readonly int pitch = g.Width * S.Lanes;

    protected override void ForwardPlane(T* input, T* output)
    {
        foreach (ref readonly var row in Rows.AsSpan())
        {
            foreach (ref readonly var column in Columns.AsSpan())
            {
                var from = input + row.First * pitch + column.First * S.Lanes;
                var max = S.Broadcast(T.NegativeInfinity);
                for (var i = 0; i < row.Count; i++, from += row.Step * pitch)
                {
                    var at = from;
                    for (var j = 0; j < column.Count; j++, at += column.Step * S.Lanes)
                    {
                        // Max takes a NaN on its right; the comparison of the maximum with itself keeps one that is already there.
                        max = S.Select(S.AreEqual(max, max), S.Max(max, S.Load(at)), max);
                    }
                }

                S.Store(output, max);
                output += S.Lanes;
            }
        }
    }

    protected override void BackwardPlane(T* input, T* output, T* outputGradient, T* inputGradient)
    {
        foreach (ref readonly var row in Rows.AsSpan())
        {
            foreach (ref readonly var column in Columns.AsSpan())
            {
                nint offset = row.First * pitch + column.First * S.Lanes;
                var max = S.Load(output);
                var rest = S.Load(outputGradient);
                for (var i = 0; i < row.Count; i++, offset += row.Step * pitch)
                {
                    var at = offset;
                    for (var j = 0; j < column.Count; j++, at += column.Step * S.Lanes)
                    {
                        var hit = S.AreEqual(S.Load(input + at), max);
                        S.Store(inputGradient + at, S.Add(S.Load(inputGradient + at), S.Select(hit, rest, S.Zero)));
                        rest = S.Select(hit, S.Zero, rest);
                    }
                }

                output += S.Lanes;
                outputGradient += S.Lanes;
            }
        }
    }
}
