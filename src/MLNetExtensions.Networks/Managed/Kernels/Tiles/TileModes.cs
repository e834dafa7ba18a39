using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>How a tile reads A, what its sums start from and how they are stored.</summary>
internal unsafe interface ITileMode<T, TV>
    where T : unmanaged
    where TV : unmanaged
{
    static abstract TV LoadA(T* source);

    /// <summary>Whether what the rows read in the next step lies so far away that it is to be fetched ahead.</summary>
    static virtual bool FetchesAhead => false;

    /// <summary>The value that the sum of this row and column, stored at <paramref name="target"/>, starts from.</summary>
    static abstract TV Start(T* bias, T* target, int row, int column);

    /// <summary>Stores a sum; <paramref name="limit"/> and <paramref name="ceiling"/> are <see cref="TileCall{T}.Limit"/> and
    /// <see cref="TileCall{T}.Ceiling"/>, broadcast.</summary>
    static abstract void Finish(T* target, TV sum, TV limit, TV ceiling);

    /// <summary>Stores a sum of the last column, of which only <paramref name="lanes"/> exist; <paramref name="spill"/> has room
    /// for two vectors.</summary>
    static abstract void FinishLast(T* target, TV sum, TV limit, TV ceiling, int lanes, T* spill);
}

/// <summary>Rows are output channels (one bias each), columns are pixels or blocks of images. The limit is the activation's
/// floor.</summary>
internal readonly unsafe struct BatchLaneTile<T, TV, S> : ITileMode<T, TV>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV LoadA(T* source) => S.Broadcast(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Start(T* bias, T* target, int row, int column) => S.Broadcast(bias[row]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(T* target, TV sum, TV limit, TV ceiling) => S.Store(target, S.Min(ceiling, S.Max(limit, sum)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishLast(T* target, TV sum, TV limit, TV ceiling, int lanes, T* spill) =>
        Finish(target, sum, limit, ceiling);
}

/// <summary>Rows are pixels, columns are blocks of V output channels (one vector of biases each). The limit is the activation's
/// floor.</summary>
internal readonly unsafe struct ChannelLaneTile<T, TV, S> : ITileMode<T, TV>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV LoadA(T* source) => S.Broadcast(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Start(T* bias, T* target, int row, int column) => S.Load(bias + column * S.Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(T* target, TV sum, TV limit, TV ceiling) => S.Store(target, S.Min(ceiling, S.Max(limit, sum)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishLast(T* target, TV sum, TV limit, TV ceiling, int lanes, T* spill) =>
        Finish(target, sum, limit, ceiling);
}

/// <summary>As <see cref="ChannelLaneTile{T,TV,S}"/>, added to what C holds: the other term of a sum of two layers, or, without
/// biases, the earlier parts of a sum cut to fit the cache.</summary>
internal readonly unsafe struct ResumedTile<T, TV, S> : ITileMode<T, TV>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV LoadA(T* source) => S.Broadcast(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Start(T* bias, T* target, int row, int column) => S.Add(S.Load(target), S.Load(bias + column * S.Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(T* target, TV sum, TV limit, TV ceiling) => S.Store(target, S.Min(ceiling, S.Max(limit, sum)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishLast(T* target, TV sum, TV limit, TV ceiling, int lanes, T* spill) =>
        Finish(target, sum, limit, ceiling);
}

/// <summary>A plain row-major C whose last column may be cut off: C = sum.</summary>
internal readonly unsafe struct RowMajorTile<T, TV, S> : ITileMode<T, TV>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public static bool FetchesAhead => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV LoadA(T* source) => S.Broadcast(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Start(T* bias, T* target, int row, int column)
    {
        Prefetch.Line(target);
        return S.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(T* target, TV sum, TV limit, TV ceiling) => S.Store(target, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishLast(T* target, TV sum, TV limit, TV ceiling, int lanes, T* spill)
    {
        if (lanes == S.Lanes)
        {
            S.Store(target, sum);
        }
        else
        {
            S.Store(spill, sum);
            for (int i = 0; i < lanes; i++)
                target[i] = spill[i];
        }
    }
}

/// <summary>As <see cref="RowMajorTile{T,TV,S}"/>, added to what is there: the limit is β, C = β·C + sum.</summary>
internal readonly unsafe struct AddingRowMajorTile<T, TV, S> : ITileMode<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV LoadA(T* source) => S.Broadcast(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Start(T* bias, T* target, int row, int column)
    {
        Prefetch.Line(target);
        return S.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(T* target, TV sum, TV limit, TV ceiling) =>
        S.Store(target, S.MultiplyAdd(limit, S.Load(target), sum));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishLast(T* target, TV sum, TV limit, TV ceiling, int lanes, T* spill)
    {
        if (lanes == S.Lanes)
        {
            Finish(target, sum, limit, ceiling);
        }
        else
        {
            S.Store(spill, sum);
            S.Store(spill + S.Lanes, limit);
            for (int i = 0; i < lanes; i++)
                target[i] = T.MultiplyAddEstimate(spill[S.Lanes], target[i], spill[i]);
        }
    }
}

/// <summary>
/// Both operands are vectors and a sum ends as one number, the total of its lanes, added to C. Rows are taps of the kernel,
/// columns are output channels.
/// </summary>
internal readonly unsafe struct LaneSumTile<T, TV, S> : ITileMode<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV LoadA(T* source) => S.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Start(T* bias, T* target, int row, int column) => S.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(T* target, TV sum, TV limit, TV ceiling) => *target += S.Sum(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishLast(T* target, TV sum, TV limit, TV ceiling, int lanes, T* spill) =>
        Finish(target, sum, limit, ceiling);
}

/// <summary>Both operands are vectors of examples, and so is the sum: C = sum.</summary>
internal readonly unsafe struct LaneProductTile<T, TV, S> : ITileMode<T, TV>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV LoadA(T* source) => S.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Start(T* bias, T* target, int row, int column) => S.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(T* target, TV sum, TV limit, TV ceiling) => S.Store(target, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishLast(T* target, TV sum, TV limit, TV ceiling, int lanes, T* spill) => S.Store(target, sum);
}

/// <summary>As <see cref="LaneProductTile{T,TV,S}"/>, added to what is there: C = C + sum.</summary>
internal readonly unsafe struct AddingLaneProductTile<T, TV, S> : ITileMode<T, TV>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV LoadA(T* source) => S.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Start(T* bias, T* target, int row, int column) => S.Load(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(T* target, TV sum, TV limit, TV ceiling) => S.Store(target, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishLast(T* target, TV sum, TV limit, TV ceiling, int lanes, T* spill) => S.Store(target, sum);
}
