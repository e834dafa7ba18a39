using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The matrix product in Goto's order: blocks of B and A are packed in the order in which the register tile (6 rows × 4 vectors)
/// reads them.
/// </summary>
/// <remarks>
/// A block of B, <see cref="Blocking.GemmDepth"/> × <see cref="Blocking.GemmColumns"/>, is packed by all threads together; each
/// thread then packs its own <see cref="Blocking.GemmRows"/> rows of A (384 KiB in single precision) and multiplies. These and the
/// panel of B in use (128 KiB) stay in the second-level cache, from where a tap takes 280 bytes in its 24 cycles; the panel of B is
/// fetched from further away once for 32 tiles.
/// </remarks>
internal sealed unsafe class PackedGemm<T, TV, S>(WorkerPool pool, Scratch<T> scratch) : Gemm<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly NativeBuffer<Tap> _taps = Tap.Series(Blocking.GemmDepth, 1, PanelColumns);
    private readonly NativeBuffer<TileRow> _rows = new(TileRow.Most);
    private readonly Packing _packing = new();
    private readonly Product _product = new();

    private static int PanelColumns => S.TileColumns * S.Lanes;

    public override void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        for (int i = 0; i < TileRow.Most; i++)
            _rows.Pointer[i] = new TileRow(i * Blocking.GemmDepth, checked(i * ldc));
        (int rowA, int columnA) = transposeA ? (1, lda) : (lda, 1);
        (int rowB, int columnB) = transposeB ? (1, ldb) : (ldb, 1);
        nint packedB = Blocking.GemmDepth * ((nint)Blocking.GemmColumns + PanelColumns);
        T* room = scratch.Take(packedB + (nint)Blocking.GemmDepth * Blocking.GemmRows * pool.Threads);
        bool inline = (long)m * n * k / S.Lanes < InlineWork.MultiplyAdds;
        _product.Set(room + packedB, room, _taps.Pointer, _rows.Pointer, alpha, rowA, columnA, ldc);
        _packing.Set(room, rowB, columnB);
        for (int firstN = 0; firstN < n; firstN += Blocking.GemmColumns)
        {
            int countN = Math.Min(Blocking.GemmColumns, n - firstN);

            // With k = 0 one empty round still applies β.
            for (int firstK = 0; firstK == 0 || firstK < k; firstK += Blocking.GemmDepth)
            {
                int countK = Math.Min(Blocking.GemmDepth, k - firstK);
                _packing.Next(b + (nint)firstK * rowB + (nint)firstN * columnB, countK, countN);
                pool.Run(_packing, (countN + PanelColumns - 1) / PanelColumns, inline);
                _product.Next(a + (nint)firstK * columnA, c + firstN, m, countN, countK, firstK == 0 ? beta : T.One);
                pool.Run(_product, _product.Items, inline);
            }
        }
    }

    public override void Dispose()
    {
        scratch.Dispose();
        _taps.Dispose();
        _rows.Dispose();
    }

    /// <summary>Copies panels of B: for each k the numbers of 4 vectors, zero beyond the last column.</summary>
    private sealed class Packing : IParallelWork
    {
        private T* _to;
        private T* _from;
        private nint _rowPitch;
        private nint _columnPitch;
        private int _depth;
        private int _columns;

        public void Set(T* packed, int row, int column)
        {
            _to = packed;
            _rowPitch = row;
            _columnPitch = column;
        }

        public void Next(T* block, int countK, int countN)
        {
            _from = block;
            _depth = countK;
            _columns = countN;
        }

        public void Run(int begin, int end, int worker)
        {
            if (_columnPitch == 1)
                CopyRows(begin, end);
            else
                CopyColumns(begin, end);
        }

        /// <summary>Row by row, so that B is read as it lies, a page after the other.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void CopyRows(int begin, int end)
        {
            for (int k = 0; k < _depth; k++)
            {
                for (int panel = begin; panel < end; panel++)
                {
                    int first = panel * PanelColumns;
                    int count = Math.Min(PanelColumns, _columns - first);
                    T* source = _from + k * _rowPitch + first, target = _to + (nint)first * Blocking.GemmDepth + k * PanelColumns;
                    int j = 0;
                    for (; j + S.Lanes <= count; j += S.Lanes)
                        S.Store(target + j, S.Load(source + j));
                    for (; j < PanelColumns; j++)
                        target[j] = j < count ? source[j] : T.Zero;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void CopyColumns(int begin, int end)
        {
            for (int panel = begin; panel < end; panel++)
            {
                int first = panel * PanelColumns;
                T* target = _to + (nint)first * Blocking.GemmDepth;
                for (int k = 0; k < _depth; k++, target += PanelColumns)
                {
                    T* source = _from + k * _rowPitch + first * _columnPitch;
                    for (int j = 0; j < PanelColumns; j++)
                        target[j] = first + j < _columns ? source[j * _columnPitch] : T.Zero;
                }
            }
        }
    }

    /// <summary>Packs rows of A, multiplied with α, and multiplies them with the packed block of B.</summary>
    private sealed class Product : IParallelWork
    {
        private T* _packedA;
        private T* _packedB;
        private Tap* _taps;
        private TileRow* _tileRows;
        private T _alpha;
        private nint _rowPitch;
        private nint _columnPitch;
        private int _ldc;
        private T* _a;
        private T* _c;
        private int _height;
        private int _width;
        private int _depth;
        private T _beta;

        /// <summary>Tiles of rows: small items share out evenly.</summary>
        public int Items => (_height + TileRow.Most - 1) / TileRow.Most;

        public void Set(T* bufferA, T* bufferB, Tap* tapTable, TileRow* rowTable, T factor, int rowA, int columnA, int pitchC)
        {
            _packedA = bufferA;
            _packedB = bufferB;
            _taps = tapTable;
            _tileRows = rowTable;
            _alpha = factor;
            _rowPitch = rowA;
            _columnPitch = columnA;
            _ldc = pitchC;
        }

        public void Next(T* blockA, T* blockC, int m, int n, int k, T factor)
        {
            _a = blockA;
            _c = blockC;
            _height = m;
            _width = n;
            _depth = k;
            _beta = factor;
        }

        public void Run(int begin, int end, int worker)
        {
            T* buffer = _packedA + (nint)worker * Blocking.GemmDepth * Blocking.GemmRows;
            TileCall<T> call = new()
            {
                Rows = _tileRows, Taps = _taps, TapCount = _depth, Steps = 1, BColumn = S.Lanes, CColumn = S.Lanes, Limit = _beta,
            };
            Split blocks = Split.ByMost(end - begin, Blocking.GemmRows / TileRow.Most);
            for (int block = 0; block < blocks.Parts; block++)
            {
                int first = (begin + blocks[block]) * TileRow.Most;
                int rowsHere = Math.Min((begin + blocks[block + 1]) * TileRow.Most, _height) - first;
                Pack(buffer, first, rowsHere);
                for (int j = 0; j < _width; j += PanelColumns)
                {
                    int vectors = (Math.Min(PanelColumns, _width - j) + S.Lanes - 1) / S.Lanes;
                    call.B = _packedB + (nint)j * Blocking.GemmDepth;
                    call.LastLanes = Math.Min(S.Lanes, _width - j - (vectors - 1) * S.Lanes);
                    for (int i = 0; i < rowsHere; i += TileRow.Most)
                    {
                        call.A = buffer + (nint)i * Blocking.GemmDepth;
                        call.C = _c + (nint)(first + i) * _ldc + j;
                        int count = Math.Min(TileRow.Most, rowsHere - i);
                        delegate*<TileCall<T>*, void> kernel = _beta == T.Zero
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
            TV factor = S.Broadcast(_alpha);
            int vectorDepth = _columnPitch == 1 ? _depth / S.Lanes * S.Lanes : 0;
            for (int top = 0; top < count; top += TileRow.Most)
            {
                int end = Math.Min(top + TileRow.Most, count);
                for (int i = top; i < end; i++)
                {
                    T* from = _a + (first + i) * _rowPitch, to = buffer + (nint)i * Blocking.GemmDepth;
                    for (int k = 0; k < vectorDepth; k += S.Lanes)
                        S.Store(to + k, S.Multiply(factor, S.Load(from + k)));
                }

                // What is left of the rows; all of them where A is transposed, whose rows are neighbours.
                for (int k = vectorDepth; k < _depth; k++)
                {
                    for (int i = top; i < end; i++)
                        buffer[(nint)i * Blocking.GemmDepth + k] = _alpha * _a[(first + i) * _rowPitch + k * _columnPitch];
                }
            }
        }
    }
}
