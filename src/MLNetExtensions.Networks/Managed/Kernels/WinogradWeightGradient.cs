using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of a 3 × 3 convolution's weights and biases, batch-lane, by the transpose of Winograd's F(4 × 4, 3 × 3):
/// <c>dg = Gᵀ · (Σ over tiles of (A · dy · Aᵀ) ∘ (Bᵀ · x · B)) · G</c>, again a quarter of the multiplications.
/// </summary>
/// <remarks>
/// The 36 sums over tiles and images are matrix products [out × (tiles · V)] · [(tiles · V) × in]: patches are transposed in
/// squares of V × V so that V neighbouring input channels are one vector and no lanes have to be added up. As in the direct way
/// the images are cut into parts whose number depends on the shapes alone.
/// </remarks>
internal sealed unsafe class WinogradWeightGradient<T, TV, S> : IWeightGradient<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int Products = WinogradTransform<T, TV, S>.Products;
    private const int MostParts = 8;
    private const int CacheBytes = 512 * 1024;

    private readonly ConvGeometry g;
    private readonly WorkerPool pool;
    private readonly WinogradTiles tiles;
    private readonly int inVectors;
    private readonly int mostParts;
    private readonly nint patchStep;
    private readonly nint gradientStep;
    private readonly nint sumStep;
    private readonly nint partSize;
    private readonly NativeBuffer<T> patches;
    private readonly NativeBuffer<T> gradients;
    private readonly NativeBuffer<T> sums;
    private readonly NativeBuffer<Tap> taps;
    private readonly NativeBuffer<TileRow> rows;
    private readonly TransformBack transformBack;

    private T* images;
    private T* gradient;
    private T* weights;
    private T* biases;
    private int blocks;
    private int parts;

    public WinogradWeightGradient(in ConvGeometry geometry, int maxBlocks, WorkerPool pool)
    {
        g = geometry;
        this.pool = pool;
        inVectors = (g.InChannels + S.Lanes - 1) / S.Lanes;
        tiles = new WinogradTiles(g.OutHeight, g.OutWidth,
            CacheBytes / (Products * (g.InChannels + g.OutChannels) * S.Lanes * sizeof(T)));
        mostParts = Math.Clamp(maxBlocks, 1, MostParts);

        // One vector more than needed keeps the 36 matrices from starting at the same place of a cache's sets.
        patchStep = ((nint)inVectors * S.Lanes * tiles.Most + 1) * S.Lanes;
        gradientStep = ((nint)g.OutChannels * tiles.Most + 1) * S.Lanes;
        sumStep = ((nint)g.OutChannels * inVectors + 1) * S.Lanes;
        partSize = Products * sumStep + g.OutChannels;
        patches = new NativeBuffer<T>(Products * patchStep * pool.Threads);
        gradients = new NativeBuffer<T>(Products * gradientStep * pool.Threads);
        sums = new NativeBuffer<T>(partSize * mostParts);

        taps = new NativeBuffer<Tap>(tiles.Most * S.Lanes);
        for (var i = 0; i < taps.Length; i++)
        {
            taps.Pointer[i] = new Tap(i, checked(i * inVectors * S.Lanes));
        }

        rows = new NativeBuffer<TileRow>(TileTable<T, TV, S, AddingRowMajorTile<T, TV, S>>.MaxRows);
        for (var i = 0; i < rows.Length; i++)
        {
            rows.Pointer[i] = new TileRow(i * tiles.Most * S.Lanes, i * inVectors * S.Lanes);
        }

        transformBack = new TransformBack(this);
    }

    /// <summary>Whether it pays where <see cref="WinogradPass{T,TV,S}"/> does: every part of the images has its own sums, 36 for
    /// 9 weights.</summary>
    public static bool Suits(in ConvGeometry g, int maxBlocks) => g.WeightCount <= 64 * 1024 && maxBlocks > 1;

    public void Run(T* x, T* dy, T* dw, T* dbOrNull, int blockCount)
    {
        images = x;
        gradient = dy;
        weights = dw;
        biases = dbOrNull;
        blocks = blockCount;
        parts = Math.Min(mostParts, blockCount);
        pool.Run(this, parts);
        pool.Run(transformBack, g.OutChannels);
    }

    public void Run(int begin, int end, int worker)
    {
        var patch = patches.Pointer + worker * Products * patchStep;
        var change = gradients.Pointer + worker * Products * gradientStep;
        var range = new Split(blocks, parts);
        for (var part = begin; part < end; part++)
        {
            var sum = sums.Pointer + part * partSize;
            new Span<T>(sum, checked((int)partSize)).Clear();
            for (var image = range[part]; image < range[part + 1]; image++)
            {
                for (var band = 0; band < tiles.Bands.Parts; band++)
                {
                    var (first, count) = (tiles.Bands[band], tiles.Bands[band + 1] - tiles.Bands[band]);
                    TransformPatches(patch, image, first, count);
                    TransformGradients(change, image, first, count);
                    Multiply(change, patch, sum, count);
                }

                AddBiases(sum + Products * sumStep, image);
            }
        }
    }

    public void Dispose()
    {
        patches.Dispose();
        gradients.Dispose();
        sums.Dispose();
        taps.Dispose();
        rows.Dispose();
    }

    /// <summary>Patches of some tiles to [36][tile][lane][in]: V channels are transformed to squares, then these are
    /// transposed.</summary>
    [SkipLocalsInit]
    private void TransformPatches(T* to, int image, int firstTile, int count)
    {
        var squaresRoom = stackalloc TV[Products * S.Lanes + 1];
        var squares = Aligned.To(squaresRoom);
        for (var tile = 0; tile < count; tile++)
        {
            var (top, left) = tiles.Place(firstTile + tile);
            for (var vector = 0; vector < inVectors; vector++)
            {
                var first = vector * S.Lanes;
                var channels = Math.Min(S.Lanes, g.InChannels - first);
                new Span<TV>(squares, channels == S.Lanes ? 0 : Products * S.Lanes).Clear();
                for (var c = 0; c < channels; c++)
                {
                    WinogradTransform<T, TV, S>.Input(
                        images + ((nint)image * g.InChannels + first + c) * g.Height * g.Width * S.Lanes, g.Height, g.Width,
                        top - g.PadH, left - g.PadW, (T*)(squares + c), S.Lanes * S.Lanes);
                }

                for (var i = 0; i < Products; i++)
                {
                    Transpose<T, TV, S>.Square(
                        (T*)(squares + i * S.Lanes), S.Lanes,
                        to + i * patchStep + ((nint)tile * S.Lanes * inVectors + vector) * S.Lanes, inVectors * S.Lanes);
                }
            }
        }
    }

    /// <summary>Gradients of some tiles to [36][out][tile][lane].</summary>
    private void TransformGradients(T* to, int image, int firstTile, int count)
    {
        for (var o = 0; o < g.OutChannels; o++)
        {
            var plane = gradient + ((nint)image * g.OutChannels + o) * g.OutHeight * g.OutWidth * S.Lanes;
            for (var tile = 0; tile < count; tile++)
            {
                var (top, left) = tiles.Place(firstTile + tile);
                WinogradTransform<T, TV, S>.OutputGradient(
                    plane, g.OutHeight, g.OutWidth, top, left, to + ((nint)o * tiles.Most + tile) * S.Lanes, gradientStep);
            }
        }
    }

    private void Multiply(T* change, T* patch, T* sum, int count)
    {
        var call = new TileCall<T>
        {
            Rows = rows.Pointer,
            Taps = taps.Pointer,
            TapCount = count * S.Lanes,
            Steps = 1,
            BColumn = S.Lanes,
            CColumn = S.Lanes,
            LastLanes = S.Lanes,
            Limit = T.One,
        };
        var columns = Split.ByMost(inVectors, S.TileColumns);
        var rowTiles = Split.ByMost(g.OutChannels, TileTable<T, TV, S, AddingRowMajorTile<T, TV, S>>.MaxRows);
        for (var i = 0; i < Products; i++)
        {
            for (var column = 0; column < columns.Parts; column++)
            {
                var vector = columns[column];
                call.B = patch + i * patchStep + vector * S.Lanes;
                for (var tile = 0; tile < rowTiles.Parts; tile++)
                {
                    var o = rowTiles[tile];
                    call.A = change + i * gradientStep + (nint)o * tiles.Most * S.Lanes;
                    call.C = sum + i * sumStep + ((nint)o * inVectors + vector) * S.Lanes;
                    TileTable<T, TV, S, AddingRowMajorTile<T, TV, S>>.Get(
                        rowTiles[tile + 1] - o, columns[column + 1] - vector)(&call);
                }
            }
        }
    }

    private void AddBiases(T* to, int image)
    {
        if (biases != null)
        {
            nint plane = g.OutHeight * g.OutWidth;
            for (var o = 0; o < g.OutChannels; o++)
            {
                to[o] += LaneSum<T, TV, S>.Sum(gradient + ((nint)image * g.OutChannels + o) * plane * S.Lanes, (int)plane);
            }
        }
    }

    /// <summary>Adds the parts in their order and transforms the sums of some output channels to weights.</summary>
    private sealed class TransformBack(WinogradWeightGradient<T, TV, S> owner) : IParallelWork
    {
        public void Run(int begin, int end, int worker)
        {
            var g = owner.g;
            for (var o = begin; o < end; o++)
            {
                var first = owner.sums.Pointer + (nint)o * owner.inVectors * S.Lanes;
                AddParts(first);
                for (var c = 0; c < g.InChannels; c++)
                {
                    WinogradTransform<T, TV, S>.WeightGradient(
                        first + c, owner.sumStep, owner.weights + ((nint)o * g.InChannels + c) * 9);
                }

                if (owner.biases != null)
                {
                    var bias = owner.sums.Pointer + Products * owner.sumStep + o;
                    owner.biases[o] = *bias;
                    for (var part = 1; part < owner.parts; part++)
                    {
                        owner.biases[o] += bias[part * owner.partSize];
                    }
                }
            }
        }

        private void AddParts(T* first)
        {
            for (var i = 0; i < Products; i++, first += owner.sumStep)
            {
                for (var vector = 0; vector < owner.inVectors; vector++)
                {
                    var at = first + vector * S.Lanes;
                    var sum = S.Load(at);
                    for (var part = 1; part < owner.parts; part++)
                    {
                        sum = S.Add(sum, S.Load(at + part * owner.partSize));
                    }

                    S.Store(at, sum);
                }
            }
        }
    }
}
