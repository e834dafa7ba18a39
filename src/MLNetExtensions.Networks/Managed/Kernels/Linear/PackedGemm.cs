using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The matrix product in Goto's order: blocks of B and A are packed in the order in which the register tile (6 rows × 4 vectors)
/// reads them.
/// </summary>
/// <remarks>
/// A block of B, <see cref="BlockK"/> × <see cref="BlockN"/>, is packed by all threads together; each thread then packs its own
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

    private readonly NativeBuffer<T> packedB = new(BlockK * (BlockN + (long)S.TileColumns * S.Lanes));
    private readonly NativeBuffer<T> packedA = new((long)BlockK * BlockM * pool.Threads);
    private readonly NativeBuffer<Tap> taps = Tap.Series(BlockK, 1, PanelColumns);
    private readonly NativeBuffer<TileRow> rows = new(TileRow.Most);
    private readonly Packing packing = new();
    private readonly Product product = new();

    private static int PanelColumns => S.TileColumns * S.Lanes;

    public override void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        for (var i = 0; i < TileRow.Most; i++)
        {
            rows.Pointer[i] = new TileRow(i * BlockK, checked(i * ldc));
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

        public void Run(int begin, int end, int worker)
        {
            if (columnPitch == 1)
            {
                CopyRows(begin, end);
            }
            else
            {
                CopyColumns(begin, end);
            }
        }

        /// <summary>Row by row, so that B is read as it lies, a page after the other.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void CopyRows(int begin, int end)
        {
            for (var k = 0; k < depth; k++)
            {
                for (var panel = begin; panel < end; panel++)
                {
                    var first = panel * PanelColumns;
                    var count = Math.Min(PanelColumns, columns - first);
                    T* source = from + k * rowPitch + first, target = to + (nint)first * BlockK + k * PanelColumns;
                    var j = 0;
                    for (; j + S.Lanes <= count; j += S.Lanes)
                    {
                        S.Store(target + j, S.Load(source + j));
                    }

                    for (; j < PanelColumns; j++)
                    {
                        target[j] = j < count ? source[j] : T.Zero;
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void CopyColumns(int begin, int end)
        {
            for (var panel = begin; panel < end; panel++)
            {
                var first = panel * PanelColumns;
                var target = to + (nint)first * BlockK;
                for (var k = 0; k < depth; k++, target += PanelColumns)
                {
                    var source = from + k * rowPitch + first * columnPitch;
                    for (var j = 0; j < PanelColumns; j++)
                    {
                        target[j] = first + j < columns ? source[j * columnPitch] : T.Zero;
                    }
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

        /// <summary>Tiles of rows: small items share out evenly.</summary>
        public int Items => (height + TileRow.Most - 1) / TileRow.Most;

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
        }

        public void Run(int begin, int end, int worker)
        {
            var buffer = packedA + (nint)worker * BlockK * BlockM;
            var call = new TileCall<T>
            {
                Rows = tileRows, Taps = taps, TapCount = depth, Steps = 1, BColumn = S.Lanes, CColumn = S.Lanes, Limit = beta,
            };
            var blocks = Split.ByMost(end - begin, BlockM / TileRow.Most);
            for (var block = 0; block < blocks.Parts; block++)
            {
                var first = (begin + blocks[block]) * TileRow.Most;
                var rowsHere = Math.Min((begin + blocks[block + 1]) * TileRow.Most, height) - first;
                Pack(buffer, first, rowsHere);
                for (var j = 0; j < width; j += PanelColumns)
                {
                    var vectors = (Math.Min(PanelColumns, width - j) + S.Lanes - 1) / S.Lanes;
                    call.B = packedB + (nint)j * BlockK;
                    call.LastLanes = Math.Min(S.Lanes, width - j - (vectors - 1) * S.Lanes);
                    for (var i = 0; i < rowsHere; i += TileRow.Most)
                    {
                        call.A = buffer + (nint)i * BlockK;
                        call.C = c + (nint)(first + i) * ldc + j;
                        var count = Math.Min(TileRow.Most, rowsHere - i);
                        var kernel = beta == T.Zero
                            ? TileTable<T, TV, S, RowMajorTile<T, TV, S>>.Get(count, vectors)
                            : TileTable<T, TV, S, AddingRowMajorTile<T, TV, S>>.Get(count, vectors);
                        kernel(&call);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Pack(T* buffer, int first, int count)
        {
            var factor = S.Broadcast(alpha);
            var vectorDepth = columnPitch == 1 ? depth / S.Lanes * S.Lanes : 0;
            for (var top = 0; top < count; top += TileRow.Most)
            {
                var end = Math.Min(top + TileRow.Most, count);
                for (var i = top; i < end; i++)
                {
                    T* from = a + (first + i) * rowPitch, to = buffer + (nint)i * BlockK;
                    for (var k = 0; k < vectorDepth; k += S.Lanes)
                    {
                        S.Store(to + k, S.Multiply(factor, S.Load(from + k)));
                    }
                }

                // What is left of the rows; all of them where A is transposed, whose rows are neighbours.
                for (var k = vectorDepth; k < depth; k++)
                {
                    for (var i = top; i < end; i++)
                    {
                        buffer[(nint)i * BlockK + k] = alpha * a[(first + i) * rowPitch + k * columnPitch];
                    }
                }
            }
        }
    }
}
