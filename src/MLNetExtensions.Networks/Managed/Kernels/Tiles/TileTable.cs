namespace MLNetExtensions.Networks.Managed;

/// <summary>The tile kernels of every size, by function pointer.</summary>
internal static unsafe class TileTable<T, TV, S, TMode>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TMode : struct, ITileMode<T, TV>
{
    private const int Stride = 4;

    private static readonly nint[] Kernels =
    [
        .. Columns<Constant1>(), .. Columns<Constant2>(), .. Columns<Constant3>(),
        .. Columns<Constant4>(), .. Columns<Constant5>(), .. Columns<Constant6>(),
    ];

    /// <summary>The kernel for a tile of this size.</summary>
    public static delegate*<TileCall<T>*, void> Get(int rows, int columns) =>
        (delegate*<TileCall<T>*, void>)Kernels[(rows - 1) * Stride + columns - 1];

    private static nint[] Columns<TRows>()
        where TRows : struct, IConstant =>
        [Kernel<TRows, Constant1>(), Kernel<TRows, Constant2>(), Kernel<TRows, Constant3>(), Kernel<TRows, Constant4>()];

    private static nint Kernel<TRows, TColumns>()
        where TRows : struct, IConstant
        where TColumns : struct, IConstant =>
        (nint)(delegate*<TileCall<T>*, void>)&Tile<T, TV, S, TMode, TRows, TColumns>.Run;
}
