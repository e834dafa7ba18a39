namespace MLNetExtensions.Networks.Managed;

/// <summary>The tile kernels of one column, by function pointer.</summary>
internal static unsafe class NarrowTileTable<T, TV, S, TMode>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TMode : struct, ITileMode<T, TV>
{
    /// <summary>Most rows of such a tile.</summary>
    public const int MostRows = 12;

    private static readonly nint[] Kernels =
    [
        Kernel<Constant1>(), Kernel<Constant2>(), Kernel<Constant3>(), Kernel<Constant4>(), Kernel<Constant5>(), Kernel<Constant6>(),
        Kernel<Constant7>(), Kernel<Constant8>(), Kernel<Constant9>(), Kernel<Constant10>(), Kernel<Constant11>(),
        Kernel<Constant12>(),
    ];

    /// <summary>The kernel for a tile of so many rows.</summary>
    public static delegate*<TileCall<T>*, void> Get(int rows) => (delegate*<TileCall<T>*, void>)Kernels[rows - 1];

    private static nint Kernel<TRows>()
        where TRows : struct, IConstant => (nint)(delegate*<TileCall<T>*, void>)&NarrowTile<T, TV, S, TMode, TRows>.Run;
}
