using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of a convolution's weights and biases, batch-lane. A tile is 6 taps of the kernel × 4 output channels; both
/// operands are vectors of V images, the sum over pixels stays lane-wise, and lanes are added up once at the end of a band of
/// rows.
/// </summary>
/// <remarks>
/// Six taps of neighbouring columns read about two new vectors a pixel from the second-level cache and four output channels four
/// more: 6 · 64 bytes in 24 cycles, half of what that cache delivers. A tile the other way round (6 channels, 4 taps) would need
/// 7 to 8. Partial sums: images are cut into at most <see cref="MostParts"/> parts, a number that depends on the shapes alone,
/// and the parts are added in order.
/// </remarks>
internal sealed unsafe class ConvolutionWeightGradient<T, TV, S> : IWeightGradient<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int MostParts = 8;

    /// <summary>Weights of which every part of the images can have its own copy; more are cut by output channels
    /// instead.</summary>
    private const int CopiedWeights = 64 * 1024;

    private readonly ConvGeometry g;
    private readonly PaddedBand<T> band;
    private readonly WorkerPool pool;
    private readonly NativeBuffer<Tap> pixels;
    private readonly NativeBuffer<TileRow> kernelTaps;
    private readonly NativeBuffer<T> partial;
    private readonly PartialSum<T, TV, S> reduction;
    private readonly (int First, int End)[] validRows;
    private readonly Split tapTiles;
    private readonly Split channelTiles;
    private readonly int mostParts;

    private T* images;
    private T* gradient;
    private int blocks;
    private int parts;
    private Split chunks;
    private bool biases;

    public ConvolutionWeightGradient(in ConvGeometry geometry, int maxBlocks, WorkerPool pool)
    {
        g = geometry;
        this.pool = pool;
        band = new PaddedBand<T>(
            ConvolutionAxis.Forward(g.Height, g.OutHeight, g.KernelH, g.StrideH, g.PadH, g.DilationH),
            ConvolutionAxis.Forward(g.Width, g.OutWidth, g.KernelW, g.StrideW, g.PadW, g.DilationW),
            g.InChannels, S.Lanes, maxBlocks, pool.Threads);
        mostParts = g.WeightCount <= CopiedWeights ? Math.Clamp(maxBlocks, 1, MostParts) : 1;
        partial = new NativeBuffer<T>((long)mostParts * PartSize);
        reduction = new PartialSum<T, TV, S>(partial.Pointer, PartSize, pool);

        pixels = new NativeBuffer<Tap>(g.OutHeight * g.OutWidth);
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, x) = Math.DivRem(i, g.OutWidth);
            pixels.Pointer[i] = new Tap(
                checked((int)(y * g.StrideH * band.Pitch + x * g.StrideW * S.Lanes)), checked(i * S.Lanes));
        }

        kernelTaps = new NativeBuffer<TileRow>(g.GroupInChannels * g.KernelW);
        for (var i = 0; i < kernelTaps.Length; i++)
        {
            var (c, kx) = Math.DivRem(i, g.KernelW);
            kernelTaps.Pointer[i] = new TileRow(
                checked((int)(c * band.PlanePitch + (kx * g.DilationW - g.PadW) * S.Lanes)), c * g.KernelArea + kx);
        }

        validRows = [.. Enumerable.Range(0, g.KernelH).Select(ValidRows)];
        tapTiles = Split.ByMost((int)kernelTaps.Length, TileRow.Most);
        channelTiles = Split.ByMost(g.GroupOutChannels, S.TileColumns);
    }

    private int PartSize => g.WeightCount + g.OutChannels;

    public void Run(T* x, T* dy, T* dw, T* dbOrNull, int blockCount)
    {
        images = x;
        gradient = dy;
        blocks = blockCount;
        biases = dbOrNull != null;
        parts = Math.Min(mostParts, blockCount);
        var tiles = g.Groups * channelTiles.Parts;
        chunks = new Split(tiles, Math.Min(tiles, (MostParts + parts - 1) / parts));
        pool.Run(this, parts * chunks.Parts);
        reduction.Run(dw, g.WeightCount, dbOrNull, g.OutChannels, parts);
    }

    public void Run(int begin, int end, int worker)
    {
        for (var item = begin; item < end; item++)
        {
            var (part, chunk) = Math.DivRem(item, chunks.Parts);
            var (firstTile, endTile) = (chunks[chunk], chunks[chunk + 1]);
            var sums = partial.Pointer + (nint)part * PartSize;
            Clear(sums, firstTile, endTile);
            var range = new Split(blocks, parts);
            for (var image = range[part]; image < range[part + 1]; image++)
            {
                for (var b = 0; b < band.Bands.Parts; b++)
                {
                    var origin = band.Load(images, image, b, worker);
                    for (var tile = firstTile; tile < endTile; tile++)
                    {
                        AddTile(sums, origin, image, tile, band.Bands[b], band.Bands[b + 1]);
                    }
                }
            }
        }
    }

    public void Dispose()
    {
        band.Dispose();
        pixels.Dispose();
        kernelTaps.Dispose();
        partial.Dispose();
    }

    private (int First, int Count) Channels(int tile)
    {
        var (group, part) = Math.DivRem(tile, channelTiles.Parts);
        return (group * g.GroupOutChannels + channelTiles[part], channelTiles[part + 1] - channelTiles[part]);
    }

    private void Clear(T* sums, int firstTile, int endTile)
    {
        var (first, _) = Channels(firstTile);
        var (last, count) = Channels(endTile - 1);
        var rowSize = g.GroupInChannels * g.KernelArea;
        new Span<T>(sums + (nint)first * rowSize, (last + count - first) * rowSize).Clear();
        new Span<T>(sums + g.WeightCount + first, last + count - first).Clear();
    }

    private void AddTile(T* sums, T* origin, int image, int tile, int top, int bottom)
    {
        var (channel, count) = Channels(tile);
        var planeSize = (nint)g.OutHeight * g.OutWidth * S.Lanes;
        var rowSize = g.GroupInChannels * g.KernelArea;
        var plane = gradient + ((nint)image * g.OutChannels + channel) * planeSize;
        var call = new TileCall<T> { Steps = 1, B = plane, BColumn = planeSize, CColumn = rowSize };
        origin += channel / g.GroupOutChannels * g.GroupInChannels * band.PlanePitch;
        for (var ky = 0; ky < g.KernelH; ky++)
        {
            var (first, end) = (Math.Max(validRows[ky].First, top), Math.Min(validRows[ky].End, bottom));
            if (first >= end)
            {
                continue;
            }

            call.Taps = pixels.Pointer + first * g.OutWidth;
            call.TapCount = (end - first) * g.OutWidth;
            call.A = origin + (ky * g.DilationH - g.PadH) * band.Pitch;
            call.C = sums + (nint)channel * rowSize + ky * g.KernelW;
            for (var part = 0; part < tapTiles.Parts; part++)
            {
                call.Rows = kernelTaps.Pointer + tapTiles[part];
                TileTable<T, TV, S, LaneSumTile<T, TV, S>>.Get(tapTiles[part + 1] - tapTiles[part], count)(&call);
            }
        }

        if (biases)
        {
            for (var o = 0; o < count; o++)
            {
                sums[g.WeightCount + channel + o] += LaneSum<T, TV, S>.Sum(
                    plane + o * planeSize + top * g.OutWidth * S.Lanes, (bottom - top) * g.OutWidth);
            }
        }
    }

    private (int First, int End) ValidRows(int ky)
    {
        var inside = Enumerable.Range(0, g.OutHeight)
            .Where(y => (uint)(y * g.StrideH + ky * g.DilationH - g.PadH) < (uint)g.Height).ToList();
        return inside.Count == 0 ? (0, 0) : (inside[0], inside[^1] + 1);
    }
}
