using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The matrix product in Goto's order: blocks of B and A are packed in the order in which the register tile (6 rows × 4 vectors)
/// reads them.
/// </summary>
/// <remarks>
/// A block of B, <see cref="BlockK"/> × <see cref="BlockN"/>, is packed by all threads together; each item then packs its own
/// <see cref="BlockM"/> rows of A (384 KiB in single precision) and multiplies. These and the panel of B in use (128 KiB) stay in
/// the second-level cache, from where a tap takes 280 bytes in its 24 cycles; the panel of B is fetched from further away once
/// for 32 tiles.
/// </remarks>
internal sealed unsafe class PackedGemm<T, TV, S>(WorkerPool pool) : Gemm<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int BlockK = 512;
    private const int BlockM = 192;
    private const int BlockN = 1024;
    private const int MaxRows = 6;

    private readonly NativeBuffer<T> packedB = new(BlockK * (BlockN + (long)S.TileColumns * S.Lanes));
    private readonly NativeBuffer<T> packedA = new((long)BlockK * BlockM * pool.Threads);
    private readonly NativeBuffer<Tap> taps = MakeTaps();
    private readonly NativeBuffer<TileRow> rows = new(MaxRows);
    private readonly Packing packing = new();
    private readonly Product product = new();

    private static int PanelColumns => S.TileColumns * S.Lanes;

    public override void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        for (var i = 0; i < MaxRows; i++)
        {
            rows.Pointer[i] = new TileRow(i, checked(i * ldc));
        }

        var (rowA, columnA) = transposeA ? (1, lda) : (lda, 1);
        var (rowB, columnB) = transposeB ? (1, ldb) : (ldb, 1);
        product.Set(packedA.Pointer, packedB.Pointer, taps.Pointer, rows.Pointer, alpha, rowA, columnA, ldc);
        packing.Set(packedB.Pointer, rowB, columnB);
        for (var firstN = 0; firstN < n; firstN += BlockN)
        {
            var countN = Math.Min(BlockN, n - firstN);

            // With k = 0 one empty round still applies β.
            for (var firstK = 0; firstK == 0 || firstK < k; firstK += BlockK)
            {
                var countK = Math.Min(BlockK, k - firstK);
                packing.Next(b + (nint)firstK * rowB + (nint)firstN * columnB, countK, countN);
                pool.Run(packing, (countN + PanelColumns - 1) / PanelColumns);
                product.Next(a + (nint)firstK * columnA, c + firstN, m, countN, countK, firstK == 0 ? beta : T.One);
                pool.Run(product, product.Items);
            }
        }
    }

    public override void Dispose()
    {
        packedB.Dispose();
        packedA.Dispose();
        taps.Dispose();
        rows.Dispose();
    }

    private static NativeBuffer<Tap> MakeTaps()
    {
        var taps = new NativeBuffer<Tap>(BlockK);
        for (var k = 0; k < BlockK; k++)
        {
            taps.Pointer[k] = new Tap(k * MaxRows, k * PanelColumns);
        }

        return taps;
    }

    /// <summary>Copies panels of B: for each k the numbers of 4 vectors, zero beyond the last column.</summary>
    private sealed class Packing : IParallelWork
    {
        private T* to;
        private T* from;
        private nint rowPitch;
        private nint columnPitch;
        private int depth;
        private int columns;

        public void Set(T* packed, int row, int column)
        {
            to = packed;
            rowPitch = row;
            columnPitch = column;
        }

        public void Next(T* block, int countK, int countN)
        {
            from = block;
            depth = countK;
            columns = countN;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int begin, int end, int worker)
        {
            for (var panel = begin; panel < end; panel++)
            {
                var first = panel * PanelColumns;
                var count = Math.Min(PanelColumns, columns - first);
                var out0 = to + (nint)first * BlockK;
                for (var k = 0; k < depth; k++, out0 += PanelColumns)
                {
                    var source = from + k * rowPitch + first * columnPitch;
                    if (columnPitch == 1)
                    {
                        new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(out0, count));
                    }
                    else
                    {
                        for (var j = 0; j < count; j++)
                        {
                            out0[j] = source[j * columnPitch];
                        }
                    }

                    new Span<T>(out0 + count, PanelColumns - count).Clear();
                }
            }
        }
    }

    /// <summary>Packs rows of A, multiplied with α, and multiplies them with the packed block of B.</summary>
    private sealed class Product : IParallelWork
    {
        private T* packedA;
        private T* packedB;
        private Tap* taps;
        private TileRow* tileRows;
        private T alpha;
        private nint rowPitch;
        private nint columnPitch;
        private int ldc;
        private T* a;
        private T* c;
        private int height;
        private int width;
        private int depth;
        private T beta;
        private int itemRows;

        /// <summary>Blocks of rows, of nearly equal size and of whole tiles but for the last.</summary>
        public int Items => (height + itemRows - 1) / itemRows;

        public void Set(T* bufferA, T* bufferB, Tap* tapTable, TileRow* rowTable, T factor, int rowA, int columnA, int pitchC)
        {
            packedA = bufferA;
            packedB = bufferB;
            taps = tapTable;
            tileRows = rowTable;
            alpha = factor;
            rowPitch = rowA;
            columnPitch = columnA;
            ldc = pitchC;
        }

        public void Next(T* blockA, T* blockC, int m, int n, int k, T factor)
        {
            a = blockA;
            c = blockC;
            height = m;
            width = n;
            depth = k;
            beta = factor;
            var blocks = Math.Max(1, (m + BlockM - 1) / BlockM);
            itemRows = Math.Max(1, ((m + blocks - 1) / blocks + MaxRows - 1) / MaxRows) * MaxRows;
        }

        public void Run(int begin, int end, int worker)
        {
            var buffer = packedA + (nint)worker * BlockK * BlockM;
            var call = new TileCall<T> { Rows = tileRows, Taps = taps, TapCount = depth, Steps = 1, BColumn = S.Lanes, CColumn = S.Lanes, Limit = beta };
            for (var block = begin; block < end; block++)
            {
                var first = block * itemRows;
                var rowsHere = Math.Min(itemRows, height - first);
                Pack(buffer, first, rowsHere);
                for (var j = 0; j < width; j += PanelColumns)
                {
                    var vectors = (Math.Min(PanelColumns, width - j) + S.Lanes - 1) / S.Lanes;
                    call.B = packedB + (nint)j * BlockK;
                    call.LastLanes = Math.Min(S.Lanes, width - j - (vectors - 1) * S.Lanes);
                    for (var i = 0; i < rowsHere; i += MaxRows)
                    {
                        call.A = buffer + (nint)i * BlockK;
                        call.C = c + (nint)(first + i) * ldc + j;
                        var kernel = beta == T.Zero
                            ? TileTable<T, TV, S, RowMajorTile<T, TV, S>>.Get(Math.Min(MaxRows, rowsHere - i), vectors)
                            : TileTable<T, TV, S, AddingRowMajorTile<T, TV, S>>.Get(Math.Min(MaxRows, rowsHere - i), vectors);
                        kernel(&call);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Pack(T* buffer, int first, int count)
        {
            for (var i = 0; i < count; i += MaxRows)
            {
                // Rows beyond the last are copies of it that no tile reads.
                nint last = Math.Min(MaxRows, count - i) - 1;
                var from = a + (first + i) * rowPitch;
                nint row1 = Math.Min(1, last) * rowPitch, row2 = Math.Min(2, last) * rowPitch, row3 = Math.Min(3, last) * rowPitch;
                nint row4 = Math.Min(4, last) * rowPitch, row5 = Math.Min(5, last) * rowPitch;
                var to = buffer + (nint)i * BlockK;
                for (var k = 0; k < depth; k++, from += columnPitch, to += MaxRows)
                {
                    to[0] = alpha * from[0];
                    to[1] = alpha * from[row1];
                    to[2] = alpha * from[row2];
                    to[3] = alpha * from[row3];
                    to[4] = alpha * from[row4];
                    to[5] = alpha * from[row5];
                }
            }
        }
    }
}
