using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of a 3 × 3 convolution's weights and biases, batch-lane, by the transpose of Winograd's F(4 × 4, 3 × 3):
/// <c>dg = Gᵀ · (Σ over tiles of (A · dy · Aᵀ) ∘ (Bᵀ · x · B)) · G</c>, again a quarter of the multiplications.
/// </summary>
/// <remarks>
/// The 36 sums over tiles and images are matrix products [out × (tiles · V)] · [(tiles · V) × in]: patches are transposed in
/// squares of V × V so that V neighbouring input channels are one vector and no lanes have to be added up. A chunk of tiles is
/// transformed by all threads together, then they share the products: a sum is always taken by one thread, chunk after chunk.
/// </remarks>
internal sealed unsafe class WinogradWeightGradient<T, TV, S> : IWeightGradient<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int Products = WinogradTransform<T, TV, S>.Products;

    /// <summary>Transformed tiles for all threads, to stay in the third-level cache.</summary>
    private const int CacheBytes = 4 * 1024 * 1024;

    /// <summary>Terms that a sum takes at least before it is stored: fewer, and storing costs more than computing.</summary>
    private const int FewestTerms = 128;

    /// <summary>Terms of a sum for which it is better than the direct way.</summary>
    private const int FewestSuitingTerms = 32;

    private readonly ConvGeometry g;
    private readonly WorkerPool pool;
    private readonly WinogradTiles tiles;
    private readonly int inVectors;
    private readonly Split panels;
    private readonly nint panelPitch;
    private readonly int chunkTiles;
    private readonly nint depth;
    private readonly nint patchStep;
    private readonly nint gradientStep;
    private readonly nint sumStep;
    private readonly NativeBuffer<T> patches;
    private readonly NativeBuffer<T> gradients;
    private readonly NativeBuffer<T> sums;
    private readonly NativeBuffer<Tap> taps;
    private readonly NativeBuffer<TileRow> rows;
    private readonly Transform transform;
    private readonly Multiplication multiplication;
    private readonly TransformBack transformBack;

    private T* images;
    private T* gradient;
    private T* weights;
    private T* biases;
    private int blocks;
    private int firstTile;
    private int tileCount;

    public WinogradWeightGradient(in ConvGeometry geometry, int maxBlocks, WorkerPool pool)
    {
        g = geometry;
        this.pool = pool;
        var tileBytes = Products * (g.InChannels + g.OutChannels) * S.Lanes * sizeof(T);
        tiles = new WinogradTiles(g.OutHeight, g.OutWidth);
        chunkTiles = Math.Min(Math.Max(CacheBytes / tileBytes, FewestTerms / S.Lanes), maxBlocks * tiles.Count);
        depth = (nint)chunkTiles * S.Lanes;
        inVectors = (g.InChannels + S.Lanes - 1) / S.Lanes;
        panels = Split.ByMost(inVectors, S.TileColumns);
        panelPitch = (nint)((inVectors + panels.Parts - 1) / panels.Parts) * S.Lanes;

        // One vector more than needed keeps the 36 matrices from starting at the same place of a cache's sets.
        patchStep = panels.Parts * depth * panelPitch + S.Lanes;
        gradientStep = g.OutChannels * depth + S.Lanes;
        sumStep = ((nint)g.OutChannels * inVectors + 1) * S.Lanes;
        patches = new NativeBuffer<T>(Products * patchStep);
        gradients = new NativeBuffer<T>(Products * gradientStep);
        sums = new NativeBuffer<T>(Products * sumStep);

        taps = Tap.Series(depth, 1, panelPitch);

        rows = TileRow.Series(depth, inVectors * S.Lanes);

        transform = new Transform(this);
        multiplication = new Multiplication(this);
        transformBack = new TransformBack(this);
    }

    /// <summary>Whether it pays for a convolution that can be tiled: the sums, four numbers a weight, are transformed at every
    /// call.</summary>
    public static bool Suits(in ConvGeometry g, int maxBlocks) => WinogradTiles.Suit(g)
        && (long)maxBlocks * new WinogradTiles(g.OutHeight, g.OutWidth).Count * S.Lanes >= FewestSuitingTerms;

    public void Run(T* x, T* dy, T* dw, T* dbOrNull, int blockCount)
    {
        images = x;
        gradient = dy;
        weights = dw;
        biases = dbOrNull;
        blocks = blockCount;
        var chunks = Split.ByMost(blocks * tiles.Count, chunkTiles);
        for (var chunk = 0; chunk < chunks.Parts; chunk++)
        {
            (firstTile, tileCount) = (chunks[chunk], chunks[chunk + 1] - chunks[chunk]);
            pool.Run(transform, transform.Items);
            pool.Run(multiplication, Products * panels.Parts);
        }

        pool.Run(transformBack, g.OutChannels);
    }

    public void Dispose()
    {
        patches.Dispose();
        gradients.Dispose();
        sums.Dispose();
        taps.Dispose();
        rows.Dispose();
    }

    /// <summary>Transforms the tiles of a chunk: an item is V channels of one, of the images or of the gradient.</summary>
    private sealed class Transform(WinogradWeightGradient<T, TV, S> owner) : IParallelWork
    {
        private readonly ConvGeometry g = owner.g;

        public int Items => owner.tileCount * (owner.inVectors + (g.OutChannels + S.Lanes - 1) / S.Lanes);

        public void Run(int begin, int end, int worker)
        {
            for (var item = begin; item < end; item++)
            {
                var (vector, tile) = Math.DivRem(item, owner.tileCount);
                var (image, top, left) = owner.tiles.Place(owner.firstTile + tile);
                if (vector < owner.inVectors)
                {
                    TransformPatches(vector, image, top, left, tile);
                }
                else
                {
                    TransformGradients((vector - owner.inVectors) * S.Lanes, image, top, left, tile);
                }
            }
        }

        /// <summary>Patches of V input channels to [36][panel][tile][lane][in]: they are transformed to squares, then these are
        /// transposed.</summary>
        [SkipLocalsInit]
        private void TransformPatches(int vector, int image, int top, int left, int tile)
        {
            var squaresRoom = stackalloc TV[Products * S.Lanes + 1];
            var squares = Aligned.To(squaresRoom);
            var first = vector * S.Lanes;
            var channels = Math.Min(S.Lanes, g.InChannels - first);
            new Span<TV>(squares, channels == S.Lanes ? 0 : Products * S.Lanes).Clear();
            for (var c = 0; c < channels; c++)
            {
                WinogradTransform<T, TV, S>.Input(
                    owner.images + ((nint)image * g.InChannels + first + c) * g.Height * g.Width * S.Lanes, g.Height, g.Width,
                    top - g.PadH, left - g.PadW, (T*)(squares + c), S.Lanes * S.Lanes);
            }

            var panel = owner.panels.PartOf(vector);
            var to = owner.patches.Pointer + (panel * owner.depth + (nint)tile * S.Lanes) * owner.panelPitch
                + (vector - owner.panels[panel]) * S.Lanes;
            for (var i = 0; i < Products; i++)
            {
                Transpose<T, TV, S>.Square((T*)(squares + i * S.Lanes), S.Lanes, to + i * owner.patchStep, owner.panelPitch);
            }
        }

        /// <summary>Gradients of up to V output channels to [36][out][tile][lane].</summary>
        private void TransformGradients(int first, int image, int top, int left, int tile)
        {
            for (var o = first; o < Math.Min(first + S.Lanes, g.OutChannels); o++)
            {
                WinogradTransform<T, TV, S>.OutputGradient(
                    owner.gradient + ((nint)image * g.OutChannels + o) * g.OutHeight * g.OutWidth * S.Lanes,
                    g.OutHeight, g.OutWidth, top, left,
                    owner.gradients.Pointer + o * owner.depth + tile * S.Lanes, owner.gradientStep);
            }
        }
    }

    /// <summary>Adds a chunk to the sums: an item is one panel of input channels of one of the 36 products.</summary>
    private sealed class Multiplication(WinogradWeightGradient<T, TV, S> owner) : IParallelWork
    {
        private readonly Split rowTiles = Split.ByMost(owner.g.OutChannels, TileRow.Most);

        public void Run(int begin, int end, int worker)
        {
            var call = new TileCall<T>
            {
                Rows = owner.rows.Pointer,
                Taps = owner.taps.Pointer,
                TapCount = owner.tileCount * S.Lanes,
                Steps = 1,
                BColumn = S.Lanes,
                CColumn = S.Lanes,
                LastLanes = S.Lanes,
                Limit = T.One,
            };
            for (var item = begin; item < end; item++)
            {
                var (i, panel) = Math.DivRem(item, owner.panels.Parts);
                var (vector, vectors) = (owner.panels[panel], owner.panels[panel + 1] - owner.panels[panel]);
                call.B = owner.patches.Pointer + i * owner.patchStep + panel * owner.depth * owner.panelPitch;
                for (var tile = 0; tile < rowTiles.Parts; tile++)
                {
                    var (o, count) = (rowTiles[tile], rowTiles[tile + 1] - rowTiles[tile]);
                    call.A = owner.gradients.Pointer + i * owner.gradientStep + o * owner.depth;
                    call.C = owner.sums.Pointer + i * owner.sumStep + ((nint)o * owner.inVectors + vector) * S.Lanes;
                    var kernel = owner.firstTile == 0
                        ? TileTable<T, TV, S, RowMajorTile<T, TV, S>>.Get(count, vectors)
                        : TileTable<T, TV, S, AddingRowMajorTile<T, TV, S>>.Get(count, vectors);
                    kernel(&call);
                }
            }
        }
    }

    /// <summary>Transforms the sums of some output channels to weights, and adds up their biases.</summary>
    private sealed class TransformBack(WinogradWeightGradient<T, TV, S> owner) : IParallelWork
    {
        public void Run(int begin, int end, int worker)
        {
            var g = owner.g;
            for (var o = begin; o < end; o++)
            {
                var first = owner.sums.Pointer + (nint)o * owner.inVectors * S.Lanes;
                for (var c = 0; c < g.InChannels; c++)
                {
                    WinogradTransform<T, TV, S>.WeightGradient(
                        first + c, owner.sumStep, owner.weights + ((nint)o * g.InChannels + c) * 9);
                }

                if (owner.biases != null)
                {
                    owner.biases[o] = LaneSum<T, TV, S>.SumPlanes(
                        owner.gradient, owner.blocks, g.OutChannels, o, g.OutHeight * g.OutWidth);
                }
            }
        }
    }
}
