using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Direct convolution of batch-lane images, forward or (with the axes turned round) back to the input. A tile is 6 output
/// channels × 4 pixels of a row: weights are broadcast, pixels are vectors of V images.
/// </summary>
/// <remarks>
/// The pixels under a tile, (3 + KernelW) · KernelH · channels vectors, stay in the first-level cache for all output channels,
/// while the weights stream by at 6 numbers for 24 multiply-adds. Weights are read where they lie: nothing is packed.
/// </remarks>
internal sealed unsafe class ConvolutionPass<T, TV, S> : IConvolutionPass<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>Multiply-adds (of vectors) below which waking other threads costs more than it gives.</summary>
    private const long InlineWork = 20_000;

    /// <summary>Weights that stay in the second-level cache beside the images; more are gone through once per band.</summary>
    private const int CachedWeightBytes = 256 * 1024;

    private readonly ConvolutionAxis rows;
    private readonly ConvolutionAxis columns;
    private readonly int groups;
    private readonly int inChannels;
    private readonly int outChannels;
    private readonly nint weightRow;
    private readonly nint weightStep;
    private readonly int area;
    private readonly int merged;
    private readonly WorkerPool pool;
    private readonly PaddedBand<T> band;
    private readonly NativeBuffer<Tap> taps;
    private readonly ColumnTile[] columnTiles;
    private readonly int[] tables;
    private readonly (int First, int Count)[] inside;
    private readonly NativeBuffer<TileRow> tileRows;
    private readonly NativeBuffer<T> noBias;
    private readonly Split channelTiles;

    private T* source;
    private T* weights;
    private T* bias;
    private T* target;
    private T floor;
    private T ceiling;

    /// <param name="geometry">The shape.</param>
    /// <param name="forward">From images to feature maps, or back from gradient to gradient.</param>
    /// <param name="images">Blocks of images that are usually done together.</param>
    /// <param name="pool">Threads.</param>
    public ConvolutionPass(in ConvGeometry geometry, bool forward, int images, WorkerPool pool)
    {
        this.pool = pool;
        groups = geometry.Groups;
        area = geometry.KernelArea;
        var (g, direction) = (geometry, forward ? (Axis)ConvolutionAxis.Forward : ConvolutionAxis.Backward);
        rows = direction(g.Height, g.OutHeight, g.KernelH, g.StrideH, g.PadH, g.DilationH);
        columns = direction(g.Width, g.OutWidth, g.KernelW, g.StrideW, g.PadW, g.DilationW);
        (inChannels, outChannels) = forward ? (g.GroupInChannels, g.GroupOutChannels) : (g.GroupOutChannels, g.GroupInChannels);
        (weightRow, weightStep) = forward ? (g.GroupInChannels * area, area) : (area, g.GroupInChannels * area);
        band = new PaddedBand<T>(rows, columns, groups * inChannels, S.Lanes, images, pool.Threads);

        // One tap per channel would leave the inner loop a single turn: take several channels as the taps of one step.
        merged = area == 1 && band.InPlace && g is { PadH: 0 } ? Factor.AtMost(inChannels, 64) : 1;
        inside = [.. Enumerable.Range(0, rows.Output).Select(rows.Inside)];
        columnTiles = [.. Enumerable.Range(0, columns.Phases).SelectMany(ColumnTiles)];
        (tables, taps) = TapTables(g.KernelW);
        channelTiles = Split.ByMost(outChannels, TileRow.Most);
        tileRows = TileRow.Series(weightRow, rows.Output * columns.Output * S.Lanes);

        noBias = new NativeBuffer<T>(groups * outChannels);
    }

    private delegate ConvolutionAxis Axis(int input, int output, int kernel, int stride, int pad, int dilation);

    public void Run(T* from, T* weight, T* biasOrNull, T* to, int blocks, Rectifier rectifier)
    {
        source = from;
        weights = weight;
        bias = biasOrNull == null ? noBias.Pointer : biasOrNull;
        target = to;
        (floor, ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        var items = blocks * band.Bands.Parts;
        if ((long)blocks * groups * outChannels * inChannels * area * rows.Output * columns.Output < InlineWork)
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
            var (image, part) = Math.DivRem(item, band.Bands.Parts);
            var origin = band.Load(source, image, part, worker);
            RunBand(image, origin, band.Bands[part], band.Bands[part + 1]);
        }
    }

    public void Dispose()
    {
        band.Dispose();
        taps.Dispose();
        tileRows.Dispose();
        noBias.Dispose();
    }

    /// <summary>The tiles of a row, each with the taps that read inside the image for at least one of its pixels.</summary>
    private IEnumerable<ColumnTile> ColumnTiles(int phase)
    {
        var pixels = Split.ByMost(Math.Max(0, (columns.Output - phase + columns.Phases - 1) / columns.Phases), S.TileColumns);
        for (var part = 0; part < pixels.Parts; part++)
        {
            var (x, end) = (pixels[part], pixels[part + 1]);
            var ranges = Enumerable.Range(x, end - x).Select(j => columns.Inside(phase + j * columns.Phases))
                .Where(range => range.Count > 0).ToList();
            var first = ranges.Count == 0 ? 0 : ranges.Min(range => range.First);
            var count = ranges.Count == 0 ? 0 : ranges.Max(range => range.First + range.Count) - first;
            yield return new ColumnTile(
                x * columns.Advance * S.Lanes, (phase + x * columns.Phases) * S.Lanes, end - x, phase, first, count);
        }
    }

    /// <summary>For each phase of the rows and each tile of columns its taps, row by row of the kernel; equal tables are
    /// shared.</summary>
    private (int[] Starts, NativeBuffer<Tap> Taps) TapTables(int kernelWidth)
    {
        var list = new List<Tap>();
        var known = new Dictionary<(int RowPhase, int Phase, int First, int Count), int>();
        var starts = new int[rows.Phases * columnTiles.Length];
        for (var i = 0; i < starts.Length; i++)
        {
            var (rowPhase, tile) = (i / columnTiles.Length, columnTiles[i % columnTiles.Length]);
            var key = (rowPhase, tile.Phase, tile.FirstTap, tile.Taps);
            if (!known.TryGetValue(key, out starts[i]))
            {
                known[key] = starts[i] = list.Count;
                foreach (var (ky, y) in rows.Taps(rowPhase))
                {
                    for (var channel = 0; channel < merged; channel++)
                    {
                        list.AddRange(columns.Taps(tile.Phase).Skip(tile.FirstTap).Take(tile.Taps).Select(column => new Tap(
                            checked((int)(ky * kernelWidth + column.Tap + channel * weightStep)),
                            checked((int)(y * band.Pitch + column.Offset * S.Lanes + channel * band.PlanePitch)))));
                    }
                }
            }
        }

        var buffer = new NativeBuffer<Tap>(list.Count);
        list.CopyTo(buffer.Span);
        return (starts, buffer);
    }

    private void RunBand(int image, T* origin, int top, int bottom)
    {
        var weightBytes = outChannels * inChannels * area * sizeof(T);
        var sweep = weightBytes <= CachedWeightBytes ? channelTiles.Parts : 1;
        for (var group = 0; group < groups; group++)
        {
            for (var first = 0; first < channelTiles.Parts; first += sweep)
            {
                for (var y = top; y < bottom; y++)
                {
                    RunRow(
                        image, origin + group * inChannels * band.PlanePitch, group, y, first,
                        Math.Min(first + sweep, channelTiles.Parts));
                }
            }
        }
    }

    private void RunRow(int image, T* plane, int group, int y, int firstTile, int endTile)
    {
        var (firstTap, tapRows) = inside[y];
        var call = new TileCall<T>
        {
            Rows = tileRows.Pointer,
            Steps = inChannels / merged,
            AStep = weightStep * merged,
            BStep = band.PlanePitch * merged,
            BColumn = columns.Advance * S.Lanes,
            CColumn = columns.Phases * S.Lanes,
            Limit = floor,
            Ceiling = ceiling,
        };
        var planeSize = (nint)rows.Output * columns.Output * S.Lanes;
        var row = target + ((nint)image * groups + group) * outChannels * planeSize + (nint)y * columns.Output * S.Lanes;
        var sourceRow = plane + rows.Base(y) * band.Pitch;
        var groupWeights = weights + (nint)group * outChannels * inChannels * area;
        var groupBias = bias + group * outChannels;
        var table = y % rows.Phases * columnTiles.Length;
        foreach (ref readonly var pixels in columnTiles.AsSpan())
        {
            var rowTaps = pixels.Taps * merged;
            call.Taps = taps.Pointer + tables[table++] + firstTap * rowTaps;
            call.TapCount = tapRows * rowTaps;
            call.B = sourceRow + pixels.Source;
            for (var tile = firstTile; tile < endTile; tile++)
            {
                var o = channelTiles[tile];
                call.A = groupWeights + o * weightRow;
                call.Bias = groupBias + o;
                call.C = row + o * planeSize + pixels.Target;
                TileTable<T, TV, S, BatchLaneTile<T, TV, S>>.Get(channelTiles[tile + 1] - o, pixels.Count)(&call);
            }
        }
    }

    /// <summary>Neighbouring outputs of one phase in a row: where they read and write, and which taps of their phase they
    /// need.</summary>
    private readonly record struct ColumnTile(int Source, int Target, int Count, int Phase, int FirstTap, int Taps);
}
