using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The register tile of one block: up to 24 sums, held in registers, go on from what is stored while the inputs go by,
/// <c>sum[r] += Σ over inputs i of panel[i][r] · values[i]</c>.
/// </summary>
/// <remarks>
/// A vector of values is used for all sums, and their weights lie behind each other, so that a processor with AVX-512 reads and
/// broadcasts each as part of its multiply-add: 25 loads for 24 of those, of which it does as many at once. These are as many sums as
/// <see cref="Tile{T,TV,S,TMode,TRows,TColumns}"/> has, but of one block, and threads can take a block each.
/// <typeparamref name="TQuads"/> is a constant to the JIT: rows in fours.
/// </remarks>
internal static unsafe class PanelTile<T, TV, S, TQuads>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TQuads : struct, IConstant
{
    /// <summary>Goes on with sums.</summary>
    /// <param name="panel">The weights, <c>[inputs][rows]</c>, with rows of zeros up to the next four.</param>
    /// <param name="values">A vector for each input.</param>
    /// <param name="inputs">Their number.</param>
    /// <param name="sums">The base of the sums.</param>
    /// <param name="places">Where each row has its sum, in elements from the base; a row of zeros may share the place of another
    /// before it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(T* panel, T* values, int inputs, T* sums, nint* places)
    {
        TV s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        TV s8 = default, s9 = default, s10 = default, s11 = default, s12 = default, s13 = default, s14 = default, s15 = default;
        TV s16 = default, s17 = default, s18 = default, s19 = default, s20 = default, s21 = default, s22 = default, s23 = default;
        Load(sums, places, out s0, out s1, out s2, out s3);
        if (TQuads.Value > 1) Load(sums, places + 4, out s4, out s5, out s6, out s7);
        if (TQuads.Value > 2) Load(sums, places + 8, out s8, out s9, out s10, out s11);
        if (TQuads.Value > 3) Load(sums, places + 12, out s12, out s13, out s14, out s15);
        if (TQuads.Value > 4) Load(sums, places + 16, out s16, out s17, out s18, out s19);
        if (TQuads.Value > 5) Load(sums, places + 20, out s20, out s21, out s22, out s23);
        for (T* end = values + (nint)inputs * S.Lanes; values < end; values += S.Lanes, panel += 4 * TQuads.Value)
        {
            TV value = S.Load(values);
            s0 = S.MultiplyAdd(S.Broadcast(panel[0]), value, s0);
            s1 = S.MultiplyAdd(S.Broadcast(panel[1]), value, s1);
            s2 = S.MultiplyAdd(S.Broadcast(panel[2]), value, s2);
            s3 = S.MultiplyAdd(S.Broadcast(panel[3]), value, s3);
            if (TQuads.Value > 1)
            {
                s4 = S.MultiplyAdd(S.Broadcast(panel[4]), value, s4);
                s5 = S.MultiplyAdd(S.Broadcast(panel[5]), value, s5);
                s6 = S.MultiplyAdd(S.Broadcast(panel[6]), value, s6);
                s7 = S.MultiplyAdd(S.Broadcast(panel[7]), value, s7);
            }
            if (TQuads.Value > 2)
            {
                s8 = S.MultiplyAdd(S.Broadcast(panel[8]), value, s8);
                s9 = S.MultiplyAdd(S.Broadcast(panel[9]), value, s9);
                s10 = S.MultiplyAdd(S.Broadcast(panel[10]), value, s10);
                s11 = S.MultiplyAdd(S.Broadcast(panel[11]), value, s11);
            }
            if (TQuads.Value > 3)
            {
                s12 = S.MultiplyAdd(S.Broadcast(panel[12]), value, s12);
                s13 = S.MultiplyAdd(S.Broadcast(panel[13]), value, s13);
                s14 = S.MultiplyAdd(S.Broadcast(panel[14]), value, s14);
                s15 = S.MultiplyAdd(S.Broadcast(panel[15]), value, s15);
            }
            if (TQuads.Value > 4)
            {
                s16 = S.MultiplyAdd(S.Broadcast(panel[16]), value, s16);
                s17 = S.MultiplyAdd(S.Broadcast(panel[17]), value, s17);
                s18 = S.MultiplyAdd(S.Broadcast(panel[18]), value, s18);
                s19 = S.MultiplyAdd(S.Broadcast(panel[19]), value, s19);
            }
            if (TQuads.Value > 5)
            {
                s20 = S.MultiplyAdd(S.Broadcast(panel[20]), value, s20);
                s21 = S.MultiplyAdd(S.Broadcast(panel[21]), value, s21);
                s22 = S.MultiplyAdd(S.Broadcast(panel[22]), value, s22);
                s23 = S.MultiplyAdd(S.Broadcast(panel[23]), value, s23);
            }
        }
        // Backwards, so that a row of zeros is written over by the row whose place it shares.
        if (TQuads.Value > 5) Store(sums, places + 20, s20, s21, s22, s23);
        if (TQuads.Value > 4) Store(sums, places + 16, s16, s17, s18, s19);
        if (TQuads.Value > 3) Store(sums, places + 12, s12, s13, s14, s15);
        if (TQuads.Value > 2) Store(sums, places + 8, s8, s9, s10, s11);
        if (TQuads.Value > 1) Store(sums, places + 4, s4, s5, s6, s7);
        Store(sums, places, s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(T* sums, nint* places, out TV a, out TV b, out TV c, out TV d)
    {
        a = S.Load(sums + places[0]);
        b = S.Load(sums + places[1]);
        c = S.Load(sums + places[2]);
        d = S.Load(sums + places[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* sums, nint* places, TV a, TV b, TV c, TV d)
    {
        S.Store(sums + places[3], d);
        S.Store(sums + places[2], c);
        S.Store(sums + places[1], b);
        S.Store(sums + places[0], a);
    }
}
