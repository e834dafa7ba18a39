using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// 3 × 3 convolution of stride 1, channel-lane, by Winograd's F(4 × 4, 3 × 3): transform patches, multiply 36 pairs of matrices
/// (tiles × channels by channels × output channels), transform back. A quarter of the multiplications of the direct way; rounding
/// errors about ten times as large, some 1e-6 of the largest output in single precision.
/// </summary>
/// <remarks>
/// Tiles are done in bands of at most <see cref="BandBytes"/> of transformed numbers, all threads together phase by phase: the
/// transformed weights are four times as many as the weights, so each of the 36 matrices should be read for as many tiles as
/// possible.
/// </remarks>
internal sealed unsafe class WinogradChannelConvolution<T, TV, S> : ChannelConvolution<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int BandBytes = 8 * 1024 * 1024;
    private const int Products = WinogradTransform<T, TV, S>.Products;

    private readonly ConvGeometry g;
    private readonly WorkerPool pool;
    private readonly int inVectors;
    private readonly int outVectors;
    private readonly int tilesWide;
    private readonly Split bands;
    private readonly nint inStep;
    private readonly nint outStep;
    private readonly NativeBuffer<T> patches;
    private readonly NativeBuffer<T> products;
    private readonly PackedWeights<T>? shared;
    private readonly NativeBuffer<T> bias;
    private readonly NativeBuffer<T> noBias;
    private readonly NativeBuffer<Tap> taps;
    private readonly NativeBuffer<TileRow> rows;
    private readonly ItemWork into;
    private readonly ItemWork multiply;
    private readonly ItemWork back;

    private NativeBuffer<T> weights = null!;
    private T* source;
    private T* target;
    private T floor;
    private T ceiling;
    private int firstTile;
    private int tileCount;

    public WinogradChannelConvolution(in ConvGeometry geometry, WorkerPool pool, PackedWeights<T>? shared)
    {
        this.shared = shared;
        g = geometry;
        this.pool = pool;
        inVectors = (g.InChannels + S.Lanes - 1) / S.Lanes;
        outVectors = (g.OutChannels + S.Lanes - 1) / S.Lanes;
        tilesWide = (g.OutWidth + 3) / 4;
        var tiles = tilesWide * ((g.OutHeight + 3) / 4);
        var tileBytes = (long)Products * (inVectors + outVectors) * S.Lanes * sizeof(T);
        bands = Split.ByMost(tiles, (int)Math.Max(TileRow.Most, BandBytes / tileBytes));

        // One vector more than needed keeps the 36 matrices from starting at the same place of a cache's sets.
        var most = (tiles + bands.Parts - 1) / bands.Parts;
        inStep = ((nint)most * inVectors + 1) * S.Lanes;
        outStep = ((nint)most * outVectors + 1) * S.Lanes;
        patches = new NativeBuffer<T>(Products * inStep);
        products = new NativeBuffer<T>(Products * outStep);
        bias = new NativeBuffer<T>(outVectors * S.Lanes);
        noBias = new NativeBuffer<T>(S.TileColumns * S.Lanes);
        taps = Tap.Series(g.InChannels, 1, S.Lanes);
        rows = TileRow.Series(inVectors * S.Lanes, outVectors * S.Lanes);

        into = new ItemWork(TransformPatch);
        multiply = new ItemWork(Multiply);
        back = new ItemWork(TransformBack);
    }

    /// <summary>Whether it applies and pays: transforms cost about as much as 16 channels' multiplications.</summary>
    public static bool Suits(in ConvGeometry g) =>
        g is { KernelH: 3, KernelW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Groups: 1 }
        && g is { InChannels: >= 32, OutChannels: >= 32 }
        && g.OutHeight >= 12 && g.OutWidth >= 12;

    public override void SetWeights(T* w, T* biasOrNull)
    {
        var length = (long)Products * outVectors * g.InChannels * S.Lanes;
        weights = PackedWeights<T>.Get(shared, w, nameof(WinogradChannelConvolution<,,>), length, to => Pack(w, to));
        for (var o = 0; o < g.OutChannels; o++)
        {
            bias.Pointer[o] = biasOrNull == null ? T.Zero : biasOrNull[o];
        }
    }

    public override void Forward(T* x, T* y, Rectifier rectifier)
    {
        source = x;
        target = y;
        (floor, ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        for (var band = 0; band < bands.Parts; band++)
        {
            firstTile = bands[band];
            tileCount = bands[band + 1] - firstTile;
            pool.Run(into, tileCount);
            pool.Run(multiply, Products);
            pool.Run(back, tileCount);
        }
    }

    public override void Dispose()
    {
        patches.Dispose();
        products.Dispose();
        bias.Dispose();
        noBias.Dispose();
        taps.Dispose();
        rows.Dispose();
    }

    private void Pack(T* w, T* packed)
    {
        var step = (nint)outVectors * g.InChannels * S.Lanes;
        for (var o = 0; o < g.OutChannels; o++)
        {
            for (var c = 0; c < g.InChannels; c++)
            {
                var to = packed + ((nint)(o / S.Lanes) * g.InChannels + c) * S.Lanes + o % S.Lanes;
                WinogradTransform<T, TV, S>.Weights(w + ((nint)o * g.InChannels + c) * 9, turned: false, to, step);
            }
        }
    }

    private void TransformPatch(int item)
    {
        var (tileY, tileX) = Math.DivRem(firstTile + item, tilesWide);
        for (var vector = 0; vector < inVectors; vector++)
        {
            WinogradTransform<T, TV, S>.Input(
                source + (nint)vector * g.Height * g.Width * S.Lanes, g.Height, g.Width, tileY * 4 - g.PadH, tileX * 4 - g.PadW,
                patches.Pointer + ((nint)item * inVectors + vector) * S.Lanes, inStep);
        }
    }

    private void Multiply(int item)
    {
        var call = new TileCall<T>
        {
            Bias = noBias.Pointer,
            Rows = rows.Pointer,
            Taps = taps.Pointer,
            TapCount = g.InChannels,
            Steps = 1,
            BColumn = (nint)g.InChannels * S.Lanes,
            CColumn = S.Lanes,
            Limit = T.NegativeInfinity,
            Ceiling = T.PositiveInfinity,
        };
        var columns = Split.ByMost(outVectors, S.TileColumns);
        var tiles = Split.ByMost(tileCount, TileRow.Most);
        for (var column = 0; column < columns.Parts; column++)
        {
            var vector = columns[column];
            call.B = weights.Pointer + (item * (nint)outVectors + vector) * call.BColumn;
            for (var part = 0; part < tiles.Parts; part++)
            {
                var tile = tiles[part];
                call.A = patches.Pointer + item * inStep + (nint)tile * inVectors * S.Lanes;
                call.C = products.Pointer + item * outStep + ((nint)tile * outVectors + vector) * S.Lanes;
                TileTable<T, TV, S, ChannelLaneTile<T, TV, S>>.Get(tiles[part + 1] - tile, columns[column + 1] - vector)(&call);
            }
        }
    }

    private void TransformBack(int item)
    {
        var (tileY, tileX) = Math.DivRem(firstTile + item, tilesWide);
        var (least, most) = (S.Broadcast(floor), S.Broadcast(ceiling));
        for (var vector = 0; vector < outVectors; vector++)
        {
            WinogradTransform<T, TV, S>.Output(
                products.Pointer + ((nint)item * outVectors + vector) * S.Lanes, outStep,
                target + (nint)vector * g.OutHeight * g.OutWidth * S.Lanes, g.OutHeight, g.OutWidth, tileY * 4, tileX * 4,
                S.Load(bias.Pointer + vector * S.Lanes), least, most);
        }
    }
}
