using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Direct convolution, channel-lane. A tile is 6 pixels of a row × 4 vectors of V output channels: pixels are broadcast, weights
/// are vectors, packed in the order in which the taps go by.
/// </summary>
/// <remarks>
/// The weights of a tile's 4 vectors are used for all pixels of a band before the next ones: 4 vectors per 24 multiply-adds come
/// from the second-level cache. Long sums are cut (<see cref="ChunkTaps"/>) so that they stay there.
/// </remarks>
internal sealed unsafe class DirectChannelConvolution<T, TV, S> : ChannelConvolution<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const long InlineWork = 20_000;

    /// <summary>Terms of a sum that go by in one sweep: 1,024 × 4 vectors of 64 bytes are a quarter of a megabyte.</summary>
    private const int ChunkTaps = 1024;

    /// <summary>Pixels of a row of which a last tile that is not full takes little.</summary>
    private const int WideRow = 24;

    private readonly ConvGeometry g;

    /// <summary>Channels side by side in the input.</summary>
    private readonly int inLanes;
    private readonly WorkerPool pool;
    private readonly ConvolutionAxis rows;
    private readonly ConvolutionAxis columns;
    private readonly PaddedBand<T> band;
    private readonly Split tiles;
    private readonly Panel[] panels;
    private readonly List<TapSource> sources = [];
    private readonly NativeBuffer<Tap> taps;
    private readonly NativeBuffer<TileRow> tileRows;
    private readonly PackedWeights<T>? shared;
    private readonly NativeBuffer<T> packedBias;
    private readonly (int First, int Count)[] inside;
    private readonly Split tileGroups;

    private NativeBuffer<T> packed = null!;
    private T* source;
    private T* target;
    private T floor;
    private T ceiling;

    /// <param name="geometry">The shape.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="shared">Keeps the packed weights.</param>
    /// <param name="planarInput">Whether the input lies channel after channel, <c>[in][H][W]</c>.</param>
    public DirectChannelConvolution(in ConvGeometry geometry, WorkerPool pool, PackedWeights<T>? shared, bool planarInput = false)
    {
        this.shared = shared;
        g = WithWideRows(geometry);
        this.pool = pool;
        inLanes = planarInput ? 1 : S.Lanes;
        rows = ConvolutionAxis.Forward(g.Height, g.OutHeight, g.KernelH, g.StrideH, g.PadH, g.DilationH);
        columns = ConvolutionAxis.Forward(g.Width, g.OutWidth, g.KernelW, g.StrideW, g.PadW, g.DilationW);
        inside = [.. Enumerable.Range(0, rows.Output).Select(rows.Inside)];
        var vectors = Vectors(g.OutChannels);
        tiles = Split.ByMost(vectors, S.TileColumns);

        // The larger of image and weights is what threads share out: rows of the image, or tiles of output channels.
        var byChannels = (long)g.WeightCount > (long)g.InChannels * g.Height * g.Width;
        tileGroups = new Split(tiles.Parts, byChannels ? Math.Min(tiles.Parts, 8) : 1);
        band = new PaddedBand<T>(
            rows, columns, (g.InChannels + inLanes - 1) / inLanes, inLanes, tileGroups.Parts, pool.Threads);

        panels = [.. Enumerable.Range(0, tiles.Parts).SelectMany(PanelsOf)];
        taps = new NativeBuffer<Tap>(sources.Count);
        for (var i = 0; i < sources.Count; i++)
        {
            taps.Pointer[i] = sources[i].Tap;
        }

        packedBias = new NativeBuffer<T>(vectors * S.Lanes);
        tileRows = TileRow.Series(g.StrideW * inLanes, S.Lanes);
    }

    public override void SetWeights(T* w, T* bias)
    {
        var length = panels.Sum(panel => (long)panel.Taps * panel.Columns) * S.Lanes;
        packed = PackedWeights<T>.Get(shared, w, nameof(DirectChannelConvolution<,,>), length, to => Pack(w, to));
        for (var o = 0; o < g.OutChannels; o++)
        {
            packedBias.Pointer[o] = bias == null ? T.Zero : bias[o];
        }
    }

    public override void Forward(T* x, T* y, Rectifier rectifier)
    {
        source = x;
        target = y;
        (floor, ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        var items = tileGroups.Parts * band.Bands.Parts;
        if ((long)g.WeightCount / S.Lanes * rows.Output * columns.Output < InlineWork)
        {
            Run(0, items, 0);
        }
        else
        {
            pool.Run(this, items);
        }
    }

    public void Run(int begin, int end, int worker)
    {
        for (var item = begin; item < end; item++)
        {
            var (part, group) = Math.DivRem(item, tileGroups.Parts);
            var origin = band.Load(source, 0, part, worker);
            foreach (ref readonly var panel in panels.AsSpan())
            {
                if (panel.Tile >= tileGroups[group] && panel.Tile < tileGroups[group + 1])
                {
                    RunPanel(panel, origin, band.Bands[part], band.Bands[part + 1]);
                }
            }
        }
    }

    public override void Dispose()
    {
        band.Dispose();
        taps.Dispose();
        tileRows.Dispose();
        packedBias.Dispose();
    }

    private void Pack(T* w, T* packedWeights)
    {
        foreach (var panel in panels)
        {
            for (var column = 0; column < panel.Columns; column++)
            {
                var to = packedWeights + panel.Weights + (nint)column * panel.Taps * S.Lanes;
                var first = (tiles[panel.Tile] + column) * S.Lanes;
                for (var t = 0; t < panel.Taps; t++)
                {
                    var (channel, area, _) = sources[panel.FirstTap + t];
                    for (var o = first; o < Math.Min(first + S.Lanes, g.OutChannels); o++)
                    {
                        var c = channel - o / g.GroupOutChannels * g.GroupInChannels;
                        if ((uint)c < (uint)g.GroupInChannels)
                        {
                            to[(nint)t * S.Lanes + o - first] = w[((nint)o * g.GroupInChannels + c) * g.KernelArea + area];
                        }
                    }
                }
            }
        }
    }

    private static int Vectors(int channels) => (channels + S.Lanes - 1) / S.Lanes;

    /// <summary>Pixels that are convolved each by itself need not stay in the image's rows: narrow ones are joined.</summary>
    private static ConvGeometry WithWideRows(ConvGeometry g)
    {
        if (g is not { KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, PadH: 0, PadW: 0 })
        {
            return g;
        }

        var joined = 1;
        while (joined < g.Height && (g.Width * joined < WideRow || g.Height % joined != 0))
        {
            joined++;
        }

        return g with { Height = g.Height / joined, Width = g.Width * joined };
    }

    private void RunPanel(in Panel panel, T* origin, int top, int bottom)
    {
        nint planeSize = rows.Output * columns.Output * S.Lanes;
        var vector = tiles[panel.Tile];
        var rowTaps = panel.Taps / g.KernelH;
        var call = new TileCall<T>
        {
            Rows = tileRows.Pointer,
            Steps = 1,
            BColumn = (nint)panel.Taps * S.Lanes,
            CColumn = planeSize,
            Bias = packedBias.Pointer + vector * S.Lanes,
            B = packed.Pointer + panel.Weights,
            Limit = panel.Last ? floor : T.NegativeInfinity,
            Ceiling = panel.Last ? ceiling : T.PositiveInfinity,
        };
        var pixels = Split.ByMost(columns.Output, TileRow.Most);
        for (var y = top; y < bottom; y++)
        {
            call.Taps = taps.Pointer + panel.FirstTap + inside[y].First * rowTaps;
            call.TapCount = inside[y].Count * rowTaps;
            var row = target + vector * planeSize + (nint)y * columns.Output * S.Lanes;
            for (var part = 0; part < pixels.Parts; part++)
            {
                var x = pixels[part];
                call.A = origin + panel.FirstPlane * band.PlanePitch + y * g.StrideH * band.Pitch + x * g.StrideW * inLanes;
                call.C = row + x * S.Lanes;
                var kernel = panel.First
                    ? TileTable<T, TV, S, ChannelLaneTile<T, TV, S>>.Get(pixels[part + 1] - x, panel.Columns)
                    : TileTable<T, TV, S, ResumedTile<T, TV, S>>.Get(pixels[part + 1] - x, panel.Columns);
                kernel(&call);
            }
        }
    }

    /// <summary>The parts of a tile's sum.</summary>
    private IEnumerable<Panel> PanelsOf(int tile)
    {
        var (firstVector, endVector) = (tiles[tile], tiles[tile + 1]);

        // A tile that straddles groups sums over the channels of all of them, with zero weights for those that are not an
        // output's own.
        var firstChannel = firstVector * S.Lanes / g.GroupOutChannels * g.GroupInChannels;
        var endChannel = ((Math.Min(endVector * S.Lanes, g.OutChannels) - 1) / g.GroupOutChannels + 1) * g.GroupInChannels;
        var chunk = Math.Max(1, ChunkTaps / g.KernelArea / S.Lanes) * S.Lanes;
        if (g.Groups > 1 || g.InChannels % S.Lanes != 0)
        {
            chunk = endChannel - firstChannel;
        }

        for (var channel = firstChannel; channel < endChannel; channel += chunk)
        {
            var count = Math.Min(chunk, endChannel - channel);
            var firstPlane = g.Groups > 1 ? 0 : channel / inLanes;
            var weights = weightCount;
            weightCount += (long)count * g.KernelArea * (endVector - firstVector) * S.Lanes;
            yield return new Panel(
                tile, endVector - firstVector, firstPlane, TapTable(channel, count, firstPlane), count * g.KernelArea,
                checked((nint)weights),
                channel == firstChannel, channel + count == endChannel);
        }
    }

    /// <summary>The taps of some channels, row by row of the kernel so that rows outside the image can be left out.</summary>
    private int TapTable(int firstChannel, int count, int firstPlane)
    {
        var start = sources.Count;
        for (var ky = 0; ky < g.KernelH; ky++)
        {
            for (var c = firstChannel; c < firstChannel + count; c++)
            {
                for (var kx = 0; kx < g.KernelW; kx++)
                {
                    var a = (c / inLanes - firstPlane) * band.PlanePitch + (ky * g.DilationH - g.PadH) * band.Pitch
                        + (kx * g.DilationW - g.PadW) * inLanes + c % inLanes;
                    sources.Add(new TapSource(
                        c, ky * g.KernelW + kx, new Tap(checked((int)a), (sources.Count - start) * S.Lanes)));
                }
            }
        }

        return start;
    }

    private long weightCount;

    /// <summary>Part of the sum of a tile: its vectors of output channels, its range of taps, its packed weights.</summary>
    private readonly record struct Panel(
        int Tile, int Columns, int FirstPlane, int FirstTap, int Taps, nint Weights, bool First, bool Last);

    /// <summary>Which weight a tap multiplies with: input channel, and place in the kernel.</summary>
    private readonly record struct TapSource(int Channel, int Area, Tap Tap);
}
