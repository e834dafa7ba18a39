using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The register tile of one column: up to 12 rows, pixels side by side, whose sums a <see cref="TileCall{T}"/> of one step
/// describes; <see cref="TileCall{T}.AStep"/> is the way from one row of A to the next, and those of C follow each other.
/// </summary>
/// <remarks>
/// The 6 sums of one column that <see cref="Tile{T,TV,S,TMode,TRows,TColumns}"/> can have would wait for each other: at a latency of 4
/// cycles, two multiply-adds a cycle need 8. With 16 registers 12 sums, a vector of B and one value of A still fit.
/// </remarks>
internal static unsafe class NarrowTile<T, TV, S, TMode, TRows>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TMode : struct, ITileMode<T, TV>
    where TRows : struct, IConstant
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(TileCall<T>* call)
    {
        T* bias = call->Bias, c = call->C;
        TV s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        TV s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        s0 = TMode.Start(bias, c, 0, 0);
        if (TRows.Value > 1) s1 = TMode.Start(bias, c + S.Lanes, 1, 0);
        if (TRows.Value > 2) s2 = TMode.Start(bias, c + 2 * S.Lanes, 2, 0);
        if (TRows.Value > 3) s3 = TMode.Start(bias, c + 3 * S.Lanes, 3, 0);
        if (TRows.Value > 4) s4 = TMode.Start(bias, c + 4 * S.Lanes, 4, 0);
        if (TRows.Value > 5) s5 = TMode.Start(bias, c + 5 * S.Lanes, 5, 0);
        if (TRows.Value > 6) s6 = TMode.Start(bias, c + 6 * S.Lanes, 6, 0);
        if (TRows.Value > 7) s7 = TMode.Start(bias, c + 7 * S.Lanes, 7, 0);
        if (TRows.Value > 8) s8 = TMode.Start(bias, c + 8 * S.Lanes, 8, 0);
        if (TRows.Value > 9) s9 = TMode.Start(bias, c + 9 * S.Lanes, 9, 0);
        if (TRows.Value > 10) s10 = TMode.Start(bias, c + 10 * S.Lanes, 10, 0);
        if (TRows.Value > 11) s11 = TMode.Start(bias, c + 11 * S.Lanes, 11, 0);
        nint pitch = call->AStep;
        T* first = call->A;
        for (Tap* tap = call->Taps, end = tap + call->TapCount; tap < end; tap++)
        {
            TV b = S.Load(call->B + tap->B);
            T* a0 = first + tap->A, a1 = a0 + 3 * pitch, a2 = a1 + 3 * pitch, a3 = a2 + 3 * pitch;
            s0 = S.MultiplyAdd(TMode.LoadA(a0), b, s0);
            if (TRows.Value > 1) s1 = S.MultiplyAdd(TMode.LoadA(a0 + pitch), b, s1);
            if (TRows.Value > 2) s2 = S.MultiplyAdd(TMode.LoadA(a0 + 2 * pitch), b, s2);
            if (TRows.Value > 3) s3 = S.MultiplyAdd(TMode.LoadA(a1), b, s3);
            if (TRows.Value > 4) s4 = S.MultiplyAdd(TMode.LoadA(a1 + pitch), b, s4);
            if (TRows.Value > 5) s5 = S.MultiplyAdd(TMode.LoadA(a1 + 2 * pitch), b, s5);
            if (TRows.Value > 6) s6 = S.MultiplyAdd(TMode.LoadA(a2), b, s6);
            if (TRows.Value > 7) s7 = S.MultiplyAdd(TMode.LoadA(a2 + pitch), b, s7);
            if (TRows.Value > 8) s8 = S.MultiplyAdd(TMode.LoadA(a2 + 2 * pitch), b, s8);
            if (TRows.Value > 9) s9 = S.MultiplyAdd(TMode.LoadA(a3), b, s9);
            if (TRows.Value > 10) s10 = S.MultiplyAdd(TMode.LoadA(a3 + pitch), b, s10);
            if (TRows.Value > 11) s11 = S.MultiplyAdd(TMode.LoadA(a3 + 2 * pitch), b, s11);
        }
        TV limit = S.Broadcast(call->Limit), ceiling = S.Broadcast(call->Ceiling);
        TMode.Finish(c, s0, limit, ceiling);
        if (TRows.Value > 1) TMode.Finish(c + S.Lanes, s1, limit, ceiling);
        if (TRows.Value > 2) TMode.Finish(c + 2 * S.Lanes, s2, limit, ceiling);
        if (TRows.Value > 3) TMode.Finish(c + 3 * S.Lanes, s3, limit, ceiling);
        if (TRows.Value > 4) TMode.Finish(c + 4 * S.Lanes, s4, limit, ceiling);
        if (TRows.Value > 5) TMode.Finish(c + 5 * S.Lanes, s5, limit, ceiling);
        if (TRows.Value > 6) TMode.Finish(c + 6 * S.Lanes, s6, limit, ceiling);
        if (TRows.Value > 7) TMode.Finish(c + 7 * S.Lanes, s7, limit, ceiling);
        if (TRows.Value > 8) TMode.Finish(c + 8 * S.Lanes, s8, limit, ceiling);
        if (TRows.Value > 9) TMode.Finish(c + 9 * S.Lanes, s9, limit, ceiling);
        if (TRows.Value > 10) TMode.Finish(c + 10 * S.Lanes, s10, limit, ceiling);
        if (TRows.Value > 11) TMode.Finish(c + 11 * S.Lanes, s11, limit, ceiling);
    }
}
