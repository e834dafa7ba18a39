using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Products of matrices whose every element is a vector of V examples, batch-lane: <c>C[i, j] = Σ A[i, p] · B[p, j]</c>, lane by
/// lane. A tile is 6 rows × 4 columns; both operands are loaded as vectors, 10 loads for 24 multiply-adds.
/// </summary>
/// <remarks>Distances between elements are free, so that the products with a transposed matrix that the gradients are need no
/// copy.</remarks>
internal abstract unsafe class LaneMatMul<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Writes <paramref name="count"/> products of matrices that lie behind each other.</summary>
    public abstract void Run(T* a, T* b, T* c, int count);

    public abstract void Dispose();
}

/// <summary>How the matrices of a product lie; distances in vectors.</summary>
/// <param name="Rows">Rows of A and C.</param>
/// <param name="Columns">Columns of B and C.</param>
/// <param name="Depth">Columns of A, rows of B.</param>
/// <param name="ARow">From one row of A to the next.</param>
/// <param name="ADepth">From one column of A to the next.</param>
/// <param name="BDepth">From one row of B to the next.</param>
/// <param name="BColumn">From one column of B to the next.</param>
internal readonly record struct LaneMatMulShape(
    int Rows, int Columns, int Depth, int ARow, int ADepth, int BDepth, int BColumn)
{
    /// <summary>C = A·B.</summary>
    public static LaneMatMulShape Product(int m, int k, int n) => new(m, n, k, k, 1, n, 1);

    /// <summary>The gradient of A, that of C times B transposed.</summary>
    public static LaneMatMulShape FirstGradient(int m, int k, int n) => new(m, k, n, n, 1, 1, n);

    /// <summary>The gradient of B, A transposed times that of C.</summary>
    public static LaneMatMulShape SecondGradient(int m, int k, int n) => new(k, n, m, 1, k, n, 1);
}

/// <inheritdoc/>
internal sealed unsafe class LaneMatMul<T, TV, S> : LaneMatMul<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly LaneMatMulShape _shape;
    private readonly WorkerPool _pool;
    private readonly NativeBuffer<Tap> _taps;
    private readonly NativeBuffer<TileRow> _tileRows;
    private readonly Split _rowTiles, _columnTiles;

    private T* _a, _b, _c;

    public LaneMatMul(in LaneMatMulShape shape, WorkerPool pool)
    {
        (_shape, _pool) = (shape, pool);
        _taps = Tap.Series(shape.Depth, (nint)shape.ADepth * S.Lanes, (nint)shape.BDepth * S.Lanes);
        _tileRows = TileRow.Series((nint)shape.ARow * S.Lanes, (nint)shape.Columns * S.Lanes);
        _rowTiles = Split.ByMost(shape.Rows, TileRow.Most);
        _columnTiles = Split.ByMost(shape.Columns, S.TileColumns);
    }

    public override void Run(T* a, T* b, T* c, int count)
    {
        _a = a;
        _b = b;
        _c = c;
        int items = count * _rowTiles.Parts;
        long work = (long)count * _shape.Rows * _shape.Columns * _shape.Depth;
        _pool.Run(this, items, inline: work < InlineWork.MultiplyAdds);
    }

    public void Run(int begin, int end, int worker)
    {
        nint rows = _shape.Rows, columns = _shape.Columns, depth = _shape.Depth;
        TileCall<T> call = new()
        {
            Rows = _tileRows.Pointer, Taps = _taps.Pointer, TapCount = _shape.Depth, Steps = 1,
            BColumn = (nint)_shape.BColumn * S.Lanes, CColumn = S.Lanes,
        };
        for (int item = begin; item < end; item++)
        {
            (int matrix, int tile) = int.DivRem(item, _rowTiles.Parts);
            int row = _rowTiles[tile];
            call.A = _a + (matrix * rows * depth + (nint)row * _shape.ARow) * S.Lanes;
            for (int part = 0; part < _columnTiles.Parts; part++)
            {
                int column = _columnTiles[part];
                call.B = _b + (matrix * depth * columns + (nint)column * _shape.BColumn) * S.Lanes;
                call.C = _c + ((matrix * rows + row) * columns + column) * S.Lanes;
                TileTable<T, TV, S, LaneProductTile<T, TV, S>>.Get(
                    _rowTiles[tile + 1] - row, _columnTiles[part + 1] - column)(&call);
            }
        }
    }

    public override void Dispose()
    {
        _taps.Dispose();
        _tileRows.Dispose();
    }
}
