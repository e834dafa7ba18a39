using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// 3 × 3 convolution of stride 1 of batch-lane images by Winograd's F(4 × 4, 3 × 3), forward or back to the input (which is a
/// convolution with the kernels turned and channels exchanged): a quarter of the direct way's multiplications.
/// </summary>
/// <remarks>
/// An item is a few tiles. Transformed inputs (36 · channels · tiles vectors) and the results of
/// <see cref="ChannelChunk"/> output channels at a time stay in the second-level cache; the transformed weights go by once per
/// item.
/// </remarks>
internal sealed unsafe class WinogradPass<T, TV, S> : IConvolutionPass<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int Products = WinogradTransform<T, TV, S>.Products;
    private const int ChannelChunk = 24;
    private const int CacheBytes = 384 * 1024;

    /// <summary>Pixels (of V images) for which transforming a kernel, some 150 cycles, is less than half of what 9
    /// multiply-adds each would cost.</summary>
    private const int FewestPixels = 128;

    private readonly int inChannels;
    private readonly int inHeight;
    private readonly int inWidth;
    private readonly int outChannels;
    private readonly int outHeight;
    private readonly int outWidth;
    private readonly int padH;
    private readonly int padW;
    private readonly bool forward;
    private readonly PackedWeights<T>? packed;
    private readonly bool constantWeights;
    private readonly WorkerPool pool;
    private readonly WinogradTiles tiles;
    private readonly int itemTiles;
    private readonly nint inStep;
    private readonly nint outStep;
    private readonly Scratch<T> scratch;
    private readonly nint workerLength;
    private readonly NativeBuffer<T> noBias;
    private readonly NativeBuffer<Tap> taps;
    private readonly NativeBuffer<TileRow> rows;
    private readonly ItemWork weightTransform;

    private T* workers;
    private T* transformedWeights;
    private T* source;
    private T* weights;
    private T* bias;
    private T* target;
    private T floor;
    private T ceiling;
    private NativeBuffer<T>? keptWeights;
    private Split items;

    public WinogradPass(
        in ConvGeometry g, bool forward, WorkerPool pool, Scratch<T> scratch, PackedWeights<T>? packed, bool constantWeights)
    {
        this.packed = packed;
        this.constantWeights = constantWeights;
        this.forward = forward;
        this.pool = pool;
        this.scratch = scratch;
        (inChannels, outChannels) = forward ? (g.InChannels, g.OutChannels) : (g.OutChannels, g.InChannels);
        (inHeight, inWidth, outHeight, outWidth) = forward
            ? (g.Height, g.Width, g.OutHeight, g.OutWidth)
            : (g.OutHeight, g.OutWidth, g.Height, g.Width);
        (padH, padW) = forward ? (g.PadH, g.PadW) : (2 - g.PadH, 2 - g.PadW);
        tiles = new WinogradTiles(outHeight, outWidth);
        itemTiles = Math.Clamp(CacheBytes / (Products * inChannels * S.Lanes * sizeof(T)) / S.TileColumns, 1, 8) * S.TileColumns;

        // One vector more than needed keeps the 36 matrices from starting at the same place of a cache's sets.
        inStep = ((nint)inChannels * itemTiles + 1) * S.Lanes;
        outStep = ((nint)ChannelChunk * itemTiles + 1) * S.Lanes;
        workerLength = Products * (inStep + outStep);
        noBias = new NativeBuffer<T>(Math.Max(outChannels, TileRow.Most));
        taps = Tap.Series(inChannels, 1, itemTiles * S.Lanes);
        rows = TileRow.Series(inChannels, itemTiles * S.Lanes);
        weightTransform = new ItemWork(TransformWeights);
    }

    private long TransformedLength => (long)Products * inChannels * outChannels;

    /// <summary>Whether it pays for a convolution that can be tiled: weights that are transformed at every call need pixels
    /// enough.</summary>
    public static bool Suits(in ConvGeometry g, int images, bool constantWeights) =>
        WinogradTiles.Suit(g) && (constantWeights || (long)images * g.OutHeight * g.OutWidth >= FewestPixels);

    public void Run(T* from, T* weight, T* biasOrNull, T* to, int blocks, Rectifier rectifier)
    {
        source = from;
        weights = weight;
        bias = biasOrNull == null ? noBias.Pointer : biasOrNull;
        target = to;
        (floor, ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        var workersLength = workerLength * pool.Threads;
        if (constantWeights)
        {
            keptWeights ??= PackedWeights<T>.Get(packed, weight, nameof(WinogradPass<,,>), TransformedLength, Transform);
            workers = scratch.Take(workersLength);
            transformedWeights = keptWeights.Pointer;
        }
        else
        {
            workers = scratch.Take(workersLength + TransformedLength);
            Transform(workers + workersLength);
        }

        items = Split.ByMost(blocks * tiles.Count, itemTiles);
        pool.Run(this, items.Parts);
    }

    public void Run(int begin, int end, int worker)
    {
        var patch = workers + worker * workerLength;
        var product = patch + Products * inStep;
        for (var item = begin; item < end; item++)
        {
            var (first, count) = (items[item], items[item + 1] - items[item]);
            for (var tile = 0; tile < count; tile++)
            {
                var (image, top, left) = tiles.Place(first + tile);
                for (var c = 0; c < inChannels; c++)
                {
                    WinogradTransform<T, TV, S>.Input(
                        source + ((nint)image * inChannels + c) * inHeight * inWidth * S.Lanes, inHeight, inWidth,
                        top - padH, left - padW,
                        patch + ((nint)c * itemTiles + tile) * S.Lanes, inStep);
                }
            }

            var chunks = Split.ByMost(outChannels, ChannelChunk);
            for (var chunk = 0; chunk < chunks.Parts; chunk++)
            {
                var channel = chunks[chunk];
                Multiply(patch, product, channel, chunks[chunk + 1] - channel, count);
                TransformBack(product, channel, chunks[chunk + 1] - channel, first, count);
            }
        }
    }

    public void Dispose()
    {
        noBias.Dispose();
        taps.Dispose();
        rows.Dispose();
    }

    private void Multiply(T* patch, T* product, int channel, int channels, int count)
    {
        var call = new TileCall<T>
        {
            Bias = noBias.Pointer,
            Rows = rows.Pointer,
            Taps = taps.Pointer,
            TapCount = inChannels,
            Steps = 1,
            BColumn = S.Lanes,
            CColumn = S.Lanes,
            Limit = T.NegativeInfinity,
            Ceiling = T.PositiveInfinity,
        };
        var columns = Split.ByMost(count, S.TileColumns);
        var rowTiles = Split.ByMost(channels, TileRow.Most);
        for (var i = 0; i < Products; i++)
        {
            for (var column = 0; column < columns.Parts; column++)
            {
                var tile = columns[column];
                call.B = patch + i * inStep + tile * S.Lanes;
                for (var part = 0; part < rowTiles.Parts; part++)
                {
                    var o = rowTiles[part];
                    call.A = transformedWeights + ((nint)i * outChannels + channel + o) * inChannels;
                    call.C = product + i * outStep + ((nint)o * itemTiles + tile) * S.Lanes;
                    TileTable<T, TV, S, BatchLaneTile<T, TV, S>>.Get(rowTiles[part + 1] - o, columns[column + 1] - tile)(&call);
                }
            }
        }
    }

    private void TransformBack(T* product, int channel, int channels, int firstTile, int count)
    {
        var (least, most) = (S.Broadcast(floor), S.Broadcast(ceiling));
        for (var o = 0; o < channels; o++)
        {
            var shift = S.Broadcast(bias[channel + o]);
            for (var tile = 0; tile < count; tile++)
            {
                var (image, top, left) = tiles.Place(firstTile + tile);
                var plane = target + ((nint)image * outChannels + channel + o) * outHeight * outWidth * S.Lanes;
                WinogradTransform<T, TV, S>.Output(
                    product + ((nint)o * itemTiles + tile) * S.Lanes, outStep, plane, outHeight, outWidth, top, left, shift,
                    least, most);
            }
        }
    }

    private void Transform(T* to)
    {
        transformedWeights = to;
        pool.Run(weightTransform, outChannels);
    }

    /// <summary>Transforms the kernels of an output, to [36][out][in].</summary>
    private void TransformWeights(int o)
    {
        var (output, input) = forward ? (inChannels, 1) : (1, outChannels);
        for (var c = 0; c < inChannels; c++)
        {
            WinogradTransform<T, TV, S>.Weights(
                weights + ((nint)o * output + (nint)c * input) * 9, turned: !forward,
                transformedWeights + (nint)o * inChannels + c, (nint)inChannels * outChannels);
        }
    }
}
