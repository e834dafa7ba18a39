using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of the weights and biases of a convolution of many channels, batch-lane, as one matrix product per tap of the
/// kernel: <c>dW[tap] = dy [out × (pixels · V)] · x [(pixels · V) × in]</c>.
/// </summary>
/// <remarks>
/// Images are transposed in squares of V × V, so that V neighbouring input channels are one vector and no lanes have to be added
/// up, which is what <see cref="ConvolutionWeightGradient{T,TV,S}"/> spends most of its time on when images are small. Gradients
/// are read where they are. All threads transpose a chunk together, then share the products: a sum is always taken by one thread,
/// chunk after chunk.
/// </remarks>
internal sealed unsafe class TransposedWeightGradient<T, TV, S> : IWeightGradient<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>Transposed images for all threads, to stay in the third-level cache.</summary>
    private const int CacheBytes = 4 * 1024 * 1024;

    /// <summary>Rows of tiles of output channels that an item takes: enough to use a panel of images well.</summary>
    private const int ItemTiles = 16;

    /// <summary>Outputs of an image, so few that adding up lanes costs the direct way a good part of its time.</summary>
    private const int FewPixels = 200;

    /// <summary>Products that a number of such an image is to be part of.</summary>
    private const int FewestUses = 64;

    /// <summary>The same for larger images.</summary>
    private const int ManyUses = 512;

    private readonly ConvGeometry g;
    private readonly WorkerPool pool;
    private readonly int inVectors;
    private readonly Split panels;
    private readonly nint panelPitch;
    private readonly int chunkBlocks;
    private readonly int chunkPanels;
    private readonly nint sumStep;
    private readonly (int First, int Count)[] validRows;
    private readonly (int First, int Count)[] validColumns;
    private readonly NativeBuffer<T> transposed;
    private readonly NativeBuffer<T> sums;
    private readonly NativeBuffer<Tap> taps;
    private readonly NativeBuffer<TileRow> rows;
    private readonly Transposition transposition;
    private readonly Multiplication multiplication;
    private readonly Gathering gathering;

    private T* images;
    private T* gradient;
    private T* weights;
    private T* biases;
    private int blocks;
    private Split blockChunks;
    private Split panelChunks;
    private int blockChunk;
    private int panelChunk;

    public TransposedWeightGradient(in ConvGeometry geometry, int maxBlocks, WorkerPool pool)
    {
        g = geometry;
        this.pool = pool;
        inVectors = (g.InChannels + S.Lanes - 1) / S.Lanes;
        panels = Split.ByMost(inVectors, S.TileColumns);
        panelPitch = (nint)((inVectors + panels.Parts - 1) / panels.Parts) * S.Lanes;
        var wanted = (int)Math.Max(1, CacheBytes / PanelBytes(g));
        chunkPanels = Math.Min(wanted, panels.Parts);
        chunkBlocks = Math.Min(Math.Max(1, wanted / panels.Parts), maxBlocks);
        transposed = new NativeBuffer<T>(chunkBlocks * chunkPanels * PanelSize);
        sumStep = (nint)g.OutChannels * inVectors * S.Lanes;
        sums = new NativeBuffer<T>(g.KernelArea * sumStep);

        taps = new NativeBuffer<Tap>(g.OutWidth * S.Lanes);
        for (var i = 0; i < taps.Length; i++)
        {
            var (x, lane) = Math.DivRem(i, S.Lanes);
            taps.Pointer[i] = new Tap(i, checked((int)((x * g.StrideW * S.Lanes + lane) * panelPitch)));
        }

        rows = TileRow.Series(g.OutHeight * g.OutWidth * S.Lanes, inVectors * S.Lanes);
        validRows = Valid(g.KernelH, g.OutHeight, g.Height, g.StrideH, g.DilationH, g.PadH);
        validColumns = Valid(g.KernelW, g.OutWidth, g.Width, g.StrideW, g.DilationW, g.PadW);
        transposition = new Transposition(this);
        multiplication = new Multiplication(this);
        gathering = new Gathering(this);
    }

    private nint PanelSize => (nint)g.Height * g.Width * S.Lanes * panelPitch;

    /// <summary>
    /// Whether it is better than <see cref="ConvolutionWeightGradient{T,TV,S}"/>: channels must fill vectors, one panel of a
    /// block of images the cache at most, and each number of the images be used often enough for its transposition. Small images
    /// need fewer uses.
    /// </summary>
    public static bool Suits(in ConvGeometry g)
    {
        var uses = g.OutChannels * g.KernelArea / (g.StrideH * g.StrideW);
        return g is { Groups: 1, InChannels: >= 32 } && PanelBytes(g) <= 2 * CacheBytes
            && uses >= (g.OutHeight * g.OutWidth <= FewPixels ? FewestUses : ManyUses);
    }

    public void Run(T* x, T* dy, T* dw, T* dbOrNull, int blockCount)
    {
        images = x;
        gradient = dy;
        weights = dw;
        biases = dbOrNull;
        blocks = blockCount;
        blockChunks = Split.ByMost(blocks, chunkBlocks);
        panelChunks = Split.ByMost(panels.Parts, chunkPanels);
        for (blockChunk = 0; blockChunk < blockChunks.Parts; blockChunk++)
        {
            for (panelChunk = 0; panelChunk < panelChunks.Parts; panelChunk++)
            {
                pool.Run(transposition, transposition.Items);
                pool.Run(multiplication, multiplication.Items);
            }
        }

        pool.Run(gathering, g.OutChannels);
    }

    public void Dispose()
    {
        transposed.Dispose();
        sums.Dispose();
        taps.Dispose();
        rows.Dispose();
    }

    private static long PanelBytes(in ConvGeometry g) =>
        (long)g.Height * g.Width * S.Lanes * S.TileColumns * S.Lanes * sizeof(T);

    /// <summary>For each tap of an axis the outputs for which it reads inside the image.</summary>
    private static (int First, int Count)[] Valid(int kernel, int output, int input, int stride, int dilation, int pad) =>
    [
        .. Enumerable.Range(0, kernel).Select(tap =>
        {
            var inside = Enumerable.Range(0, output).Where(i => (uint)(i * stride + tap * dilation - pad) < (uint)input).ToList();
            return inside.Count == 0 ? (0, 0) : (inside[0], inside.Count);
        }),
    ];

    /// <summary>Where a panel of a block of images, numbered within the chunk, is transposed to: [pixel][lane][in].</summary>
    private T* Panel(int block, int panel)
    {
        var (row, column) = (block - blockChunks[blockChunk], panel - panelChunks[panelChunk]);
        return transposed.Pointer + ((nint)row * chunkPanels + column) * PanelSize;
    }

    /// <summary>Transposes a chunk: an item is one panel of one block.</summary>
    private sealed class Transposition(TransposedWeightGradient<T, TV, S> owner) : IParallelWork
    {
        private readonly ConvGeometry g = owner.g;

        public int Items => Blocks * Panels * g.Height;

        private int Blocks => owner.blockChunks[owner.blockChunk + 1] - owner.blockChunks[owner.blockChunk];

        private int Panels => owner.panelChunks[owner.panelChunk + 1] - owner.panelChunks[owner.panelChunk];

        public void Run(int begin, int end, int worker)
        {
            for (var item = begin; item < end; item++)
            {
                var (rest, y) = Math.DivRem(item, g.Height);
                var (block, panel) = Math.DivRem(rest, Panels);
                block += owner.blockChunks[owner.blockChunk];
                panel += owner.panelChunks[owner.panelChunk];
                for (var vector = owner.panels[panel]; vector < owner.panels[panel + 1]; vector++)
                {
                    TransposeRow(
                        block, vector, y,
                        owner.Panel(block, panel) + (nint)y * g.Width * S.Lanes * owner.panelPitch
                            + (vector - owner.panels[panel]) * S.Lanes);
                }
            }
        }

        [SkipLocalsInit]
        private void TransposeRow(int block, int vector, int y, T* to)
        {
            nint plane = g.Height * g.Width * S.Lanes;
            var first = vector * S.Lanes;
            var channels = Math.Min(S.Lanes, g.InChannels - first);
            var from = owner.images + ((nint)block * g.InChannels + first) * plane + (nint)y * g.Width * S.Lanes;
            var squareRoom = stackalloc TV[S.Lanes + 1];
            var square = Aligned.To(squareRoom);
            new Span<TV>(square, S.Lanes).Clear();
            for (var x = 0; x < g.Width; x++, from += S.Lanes, to += S.Lanes * owner.panelPitch)
            {
                if (channels == S.Lanes)
                {
                    Transpose<T, TV, S>.Square(from, plane, to, owner.panelPitch);
                    continue;
                }

                for (var c = 0; c < channels; c++)
                {
                    square[c] = S.Load(from + c * plane);
                }

                Transpose<T, TV, S>.Square((T*)square, S.Lanes, to, owner.panelPitch);
            }
        }
    }

    /// <summary>Adds a chunk to the sums: an item is a few tiles of output channels and one panel of input channels, for one tap
    /// of the kernel.</summary>
    private sealed class Multiplication(TransposedWeightGradient<T, TV, S> owner) : IParallelWork
    {
        private readonly ConvGeometry g = owner.g;
        private readonly Split rowTiles = Split.ByMost(owner.g.OutChannels, TileRow.Most);

        public int Items => g.KernelArea * Panels * Groups.Parts;

        private int Panels => owner.panelChunks[owner.panelChunk + 1] - owner.panelChunks[owner.panelChunk];

        private Split Groups => Split.ByMost(rowTiles.Parts, ItemTiles);

        public void Run(int begin, int end, int worker)
        {
            for (var item = begin; item < end; item++)
            {
                var (rest, group) = Math.DivRem(item, Groups.Parts);
                var (tap, panel) = Math.DivRem(rest, Panels);
                for (var block = owner.blockChunks[owner.blockChunk]; block < owner.blockChunks[owner.blockChunk + 1]; block++)
                {
                    AddBlock(block, owner.panelChunks[owner.panelChunk] + panel, tap, Groups[group], Groups[group + 1]);
                }
            }
        }

        private void AddBlock(int block, int panel, int tap, int firstTile, int endTile)
        {
            var (ky, kx) = Math.DivRem(tap, g.KernelW);
            var ((y, height), (x, width)) = (owner.validRows[ky], owner.validColumns[kx]);
            var (vector, vectors) = (owner.panels[panel], owner.panels[panel + 1] - owner.panels[panel]);
            var (top, left) = (y * g.StrideH + ky * g.DilationH - g.PadH, kx * g.DilationW - g.PadW);
            var call = new TileCall<T>
            {
                Rows = owner.rows.Pointer,
                Taps = owner.taps.Pointer + x * S.Lanes,
                TapCount = width * S.Lanes,
                Steps = height,
                AStep = g.OutWidth * S.Lanes,
                BStep = (nint)g.StrideH * g.Width * S.Lanes * owner.panelPitch,
                B = owner.Panel(block, panel) + ((nint)top * g.Width + left) * S.Lanes * owner.panelPitch,
                BColumn = S.Lanes,
                CColumn = S.Lanes,
                LastLanes = S.Lanes,
                Limit = T.One,
            };
            var plane = (nint)g.OutHeight * g.OutWidth * S.Lanes;
            for (var tile = firstTile; tile < endTile; tile++)
            {
                var (o, count) = (rowTiles[tile], rowTiles[tile + 1] - rowTiles[tile]);
                call.A = owner.gradient + ((nint)block * g.OutChannels + o) * plane + (nint)y * g.OutWidth * S.Lanes;
                call.C = owner.sums.Pointer + tap * owner.sumStep + ((nint)o * owner.inVectors + vector) * S.Lanes;
                var kernel = block == 0
                    ? TileTable<T, TV, S, RowMajorTile<T, TV, S>>.Get(count, vectors)
                    : TileTable<T, TV, S, AddingRowMajorTile<T, TV, S>>.Get(count, vectors);
                kernel(&call);
            }
        }
    }

    /// <summary>Puts the sums of some output channels in the order of the weights, and adds up their biases.</summary>
    private sealed class Gathering(TransposedWeightGradient<T, TV, S> owner) : IParallelWork
    {
        public void Run(int begin, int end, int worker)
        {
            var (area, channels) = (owner.g.KernelArea, owner.g.InChannels);
            for (var o = begin; o < end; o++)
            {
                var to = owner.weights + (nint)o * channels * area;
                for (var tap = 0; tap < area; tap++)
                {
                    var from = owner.sums.Pointer + tap * owner.sumStep + (nint)o * owner.inVectors * S.Lanes;
                    for (var c = 0; c < channels; c++)
                    {
                        to[c * area + tap] = from[c];
                    }
                }

                if (owner.biases != null)
                {
                    owner.biases[o] = LaneSum<T, TV, S>.SumPlanes(
                        owner.gradient, owner.blocks, owner.g.OutChannels, o, owner.g.OutHeight * owner.g.OutWidth);
                }
            }
        }
    }
}
