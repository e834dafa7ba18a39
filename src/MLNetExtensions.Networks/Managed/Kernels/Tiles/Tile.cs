using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The register tile: up to 6 rows × 4 columns of sums, held in registers while the taps of a <see cref="TileCall{T}"/> go by.
/// </summary>
/// <remarks>
/// 6 × 4 sums, 4 vectors of B and one value of A are 29 of the 32 registers of AVX-512. A tap costs 4 vector loads and 6
/// broadcasts for 24 multiply-adds; a core that issues one 512-bit multiply-add per cycle loads one such vector or two scalars in
/// that time, so loads take 7 of the 24 cycles and the multiply-adds alone set the pace. With 16 registers (AVX2, SSE) 6 × 2 sums
/// + 2 + 1 fit, and 12 independent sums still cover a latency of 4 cycles at two multiply-adds per cycle.
/// <typeparamref name="TRows"/> and <typeparamref name="TColumns"/> are constants to the JIT: it compiles each size of tile
/// without the branches below, so that remainders cost no more than their share.
/// </remarks>
internal static unsafe class Tile<T, TV, S, TMode, TRows, TColumns>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TMode : struct, ITileMode<T, TV>
    where TRows : struct, IConstant
    where TColumns : struct, IConstant
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(TileCall<T>* call)
    {
        TileRow* rows = call->Rows;
        T* a0 = call->A + rows[0].Source, a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0;
        if (TRows.Value > 1) a1 = call->A + rows[1].Source;
        if (TRows.Value > 2) a2 = call->A + rows[2].Source;
        if (TRows.Value > 3) a3 = call->A + rows[3].Source;
        if (TRows.Value > 4) a4 = call->A + rows[4].Source;
        if (TRows.Value > 5) a5 = call->A + rows[5].Source;
        T* bias = call->Bias;
        nint target1 = call->CColumn;
        TV c00 = default, c01 = default, c02 = default, c03 = default;
        TV c10 = default, c11 = default, c12 = default, c13 = default;
        TV c20 = default, c21 = default, c22 = default, c23 = default;
        TV c30 = default, c31 = default, c32 = default, c33 = default;
        TV c40 = default, c41 = default, c42 = default, c43 = default;
        TV c50 = default, c51 = default, c52 = default, c53 = default;
        c00 = TMode.Start(bias, call->C + rows[0].Target, 0, 0);
        if (TColumns.Value > 1) c01 = TMode.Start(bias, call->C + rows[0].Target + target1, 0, 1);
        if (TColumns.Value > 2) c02 = TMode.Start(bias, call->C + rows[0].Target + 2 * target1, 0, 2);
        if (TColumns.Value > 3) c03 = TMode.Start(bias, call->C + rows[0].Target + 3 * target1, 0, 3);
        if (TRows.Value > 1)
        {
            c10 = TMode.Start(bias, call->C + rows[1].Target, 1, 0);
            if (TColumns.Value > 1) c11 = TMode.Start(bias, call->C + rows[1].Target + target1, 1, 1);
            if (TColumns.Value > 2) c12 = TMode.Start(bias, call->C + rows[1].Target + 2 * target1, 1, 2);
            if (TColumns.Value > 3) c13 = TMode.Start(bias, call->C + rows[1].Target + 3 * target1, 1, 3);
        }
        if (TRows.Value > 2)
        {
            c20 = TMode.Start(bias, call->C + rows[2].Target, 2, 0);
            if (TColumns.Value > 1) c21 = TMode.Start(bias, call->C + rows[2].Target + target1, 2, 1);
            if (TColumns.Value > 2) c22 = TMode.Start(bias, call->C + rows[2].Target + 2 * target1, 2, 2);
            if (TColumns.Value > 3) c23 = TMode.Start(bias, call->C + rows[2].Target + 3 * target1, 2, 3);
        }
        if (TRows.Value > 3)
        {
            c30 = TMode.Start(bias, call->C + rows[3].Target, 3, 0);
            if (TColumns.Value > 1) c31 = TMode.Start(bias, call->C + rows[3].Target + target1, 3, 1);
            if (TColumns.Value > 2) c32 = TMode.Start(bias, call->C + rows[3].Target + 2 * target1, 3, 2);
            if (TColumns.Value > 3) c33 = TMode.Start(bias, call->C + rows[3].Target + 3 * target1, 3, 3);
        }
        if (TRows.Value > 4)
        {
            c40 = TMode.Start(bias, call->C + rows[4].Target, 4, 0);
            if (TColumns.Value > 1) c41 = TMode.Start(bias, call->C + rows[4].Target + target1, 4, 1);
            if (TColumns.Value > 2) c42 = TMode.Start(bias, call->C + rows[4].Target + 2 * target1, 4, 2);
            if (TColumns.Value > 3) c43 = TMode.Start(bias, call->C + rows[4].Target + 3 * target1, 4, 3);
        }
        if (TRows.Value > 5)
        {
            c50 = TMode.Start(bias, call->C + rows[5].Target, 5, 0);
            if (TColumns.Value > 1) c51 = TMode.Start(bias, call->C + rows[5].Target + target1, 5, 1);
            if (TColumns.Value > 2) c52 = TMode.Start(bias, call->C + rows[5].Target + 2 * target1, 5, 2);
            if (TColumns.Value > 3) c53 = TMode.Start(bias, call->C + rows[5].Target + 3 * target1, 5, 3);
        }
        T* b = call->B;
        nint shift = 0, column1 = call->BColumn, column2 = 2 * column1, column3 = 3 * column1;
        Tap* end = call->Taps + call->TapCount;
        for (int steps = call->Steps; steps > 0; steps--)
        {
            if (TMode.FetchesAhead)
            {
                nint next = shift + call->AStep;
                Prefetch.Line(a0 + next);
                if (TRows.Value > 1) Prefetch.Line(a1 + next);
                if (TRows.Value > 2) Prefetch.Line(a2 + next);
                if (TRows.Value > 3) Prefetch.Line(a3 + next);
                if (TRows.Value > 4) Prefetch.Line(a4 + next);
                if (TRows.Value > 5) Prefetch.Line(a5 + next);
            }
            for (Tap* tap = call->Taps; tap < end; tap++)
            {
                nint at = shift + tap->A;
                T* bt = b + tap->B;
                TV b0 = S.Load(bt), b1 = default, b2 = default, b3 = default;
                if (TColumns.Value > 1) b1 = S.Load(bt + column1);
                if (TColumns.Value > 2) b2 = S.Load(bt + column2);
                if (TColumns.Value > 3) b3 = S.Load(bt + column3);
                TV a = TMode.LoadA(a0 + at);
                c00 = S.MultiplyAdd(a, b0, c00);
                if (TColumns.Value > 1) c01 = S.MultiplyAdd(a, b1, c01);
                if (TColumns.Value > 2) c02 = S.MultiplyAdd(a, b2, c02);
                if (TColumns.Value > 3) c03 = S.MultiplyAdd(a, b3, c03);
                if (TRows.Value > 1)
                {
                    a = TMode.LoadA(a1 + at);
                    c10 = S.MultiplyAdd(a, b0, c10);
                    if (TColumns.Value > 1) c11 = S.MultiplyAdd(a, b1, c11);
                    if (TColumns.Value > 2) c12 = S.MultiplyAdd(a, b2, c12);
                    if (TColumns.Value > 3) c13 = S.MultiplyAdd(a, b3, c13);
                }
                if (TRows.Value > 2)
                {
                    a = TMode.LoadA(a2 + at);
                    c20 = S.MultiplyAdd(a, b0, c20);
                    if (TColumns.Value > 1) c21 = S.MultiplyAdd(a, b1, c21);
                    if (TColumns.Value > 2) c22 = S.MultiplyAdd(a, b2, c22);
                    if (TColumns.Value > 3) c23 = S.MultiplyAdd(a, b3, c23);
                }
                if (TRows.Value > 3)
                {
                    a = TMode.LoadA(a3 + at);
                    c30 = S.MultiplyAdd(a, b0, c30);
                    if (TColumns.Value > 1) c31 = S.MultiplyAdd(a, b1, c31);
                    if (TColumns.Value > 2) c32 = S.MultiplyAdd(a, b2, c32);
                    if (TColumns.Value > 3) c33 = S.MultiplyAdd(a, b3, c33);
                }
                if (TRows.Value > 4)
                {
                    a = TMode.LoadA(a4 + at);
                    c40 = S.MultiplyAdd(a, b0, c40);
                    if (TColumns.Value > 1) c41 = S.MultiplyAdd(a, b1, c41);
                    if (TColumns.Value > 2) c42 = S.MultiplyAdd(a, b2, c42);
                    if (TColumns.Value > 3) c43 = S.MultiplyAdd(a, b3, c43);
                }
                if (TRows.Value > 5)
                {
                    a = TMode.LoadA(a5 + at);
                    c50 = S.MultiplyAdd(a, b0, c50);
                    if (TColumns.Value > 1) c51 = S.MultiplyAdd(a, b1, c51);
                    if (TColumns.Value > 2) c52 = S.MultiplyAdd(a, b2, c52);
                    if (TColumns.Value > 3) c53 = S.MultiplyAdd(a, b3, c53);
                }
            }
            shift += call->AStep;
            b += call->BStep;
        }
        TV limit = S.Broadcast(call->Limit);
        TV ceiling = S.Broadcast(call->Ceiling);
        int lanes = call->LastLanes;
        T* spill = (T*)call->Spill;
        FinishRow(call->C + rows[0].Target, target1, lanes, spill, limit, ceiling, c00, c01, c02, c03);
        if (TRows.Value > 1)
            FinishRow(call->C + rows[1].Target, target1, lanes, spill, limit, ceiling, c10, c11, c12, c13);
        if (TRows.Value > 2)
            FinishRow(call->C + rows[2].Target, target1, lanes, spill, limit, ceiling, c20, c21, c22, c23);
        if (TRows.Value > 3)
            FinishRow(call->C + rows[3].Target, target1, lanes, spill, limit, ceiling, c30, c31, c32, c33);
        if (TRows.Value > 4)
            FinishRow(call->C + rows[4].Target, target1, lanes, spill, limit, ceiling, c40, c41, c42, c43);
        if (TRows.Value > 5)
            FinishRow(call->C + rows[5].Target, target1, lanes, spill, limit, ceiling, c50, c51, c52, c53);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FinishRow(T* target, nint column, int lanes, T* spill, TV limit, TV ceiling, TV c0, TV c1, TV c2, TV c3)
    {
        if (TColumns.Value > 1) TMode.Finish(target, c0, limit, ceiling);
        if (TColumns.Value > 2) TMode.Finish(target + column, c1, limit, ceiling);
        if (TColumns.Value > 3) TMode.Finish(target + 2 * column, c2, limit, ceiling);
        TV last = TColumns.Value switch { 1 => c0, 2 => c1, 3 => c2, _ => c3 };
        TMode.FinishLast(target + (TColumns.Value - 1) * column, last, limit, ceiling, lanes, spill);
    }
}
