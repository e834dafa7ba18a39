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
    private readonly ConvolutionAxis _rows;
    private readonly ConvolutionAxis _columns;
    private readonly int _groups;
    private readonly int _inChannels;
    private readonly int _outChannels;
    private readonly nint _weightRow;
    private readonly nint _weightStep;
    private readonly int _area;
    private readonly int _merged;
    private readonly WorkerPool _pool;
    private readonly PaddedBand<T> _band;
    private readonly NativeBuffer<Tap> _taps;
    private readonly ColumnTile[] _columnTiles;
    private readonly int[] _tables;
    private readonly (int First, int Count)[] _inside;
    private readonly NativeBuffer<TileRow> _tileRows;
    private readonly NativeBuffer<T> _noBias;
    private readonly Split _channelTiles;

    /// <summary>Tiles of output channels that are done for a row before the next row.</summary>
    private readonly int _sweep;

    private T* _source;
    private T* _weights;
    private T* _bias;
    private T* _target;
    private T _floor;
    private T _ceiling;

    /// <param name="geometry">The shape.</param>
    /// <param name="forward">From images to feature maps, or back from gradient to gradient.</param>
    /// <param name="images">Blocks of images that are usually done together.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="blocking">How much is done at once.</param>
    public ConvolutionPass(in ConvGeometry geometry, bool forward, int images, WorkerPool pool, Blocking blocking)
    {
        _pool = pool;
        _groups = geometry.Groups;
        _area = geometry.KernelArea;
        (ConvGeometry g, Axis direction) = (geometry, forward ? (Axis)ConvolutionAxis.Forward : ConvolutionAxis.Backward);
        _rows = direction(g.Height, g.OutHeight, g.KernelH, g.StrideH, g.PadH, g.DilationH);
        _columns = direction(g.Width, g.OutWidth, g.KernelW, g.StrideW, g.PadW, g.DilationW);
        (_inChannels, _outChannels) = forward ? (g.GroupInChannels, g.GroupOutChannels) : (g.GroupOutChannels, g.GroupInChannels);
        (_weightRow, _weightStep) = forward ? (g.GroupInChannels * _area, _area) : (_area, g.GroupInChannels * _area);
        _band = new PaddedBand<T>(_rows, _columns, _groups * _inChannels, S.Lanes, images, pool.Threads, blocking.BandBytes);

        // One tap per channel would leave the inner loop a single turn: take several channels as the taps of one step.
        _merged = _area == 1 && _band.InPlace && g is { PadH: 0 } ? Factor.AtMost(_inChannels, Blocking.MergedChannels) : 1;
        _inside = [.. Enumerable.Range(0, _rows.Output).Select(_rows.Inside)];
        _columnTiles = [.. Enumerable.Range(0, _columns.Phases).SelectMany(ColumnTiles)];
        (_tables, _taps) = TapTables(g.KernelW);
        _channelTiles = Split.ByMost(_outChannels, TileRow.Most);
        long weightBytes = (long)_outChannels * _inChannels * _area * sizeof(T);
        _sweep = weightBytes <= blocking.SweptWeightBytes ? _channelTiles.Parts : 1;
        _tileRows = TileRow.Series(_weightRow, _rows.Output * _columns.Output * S.Lanes);

        _noBias = new NativeBuffer<T>(_groups * _outChannels);
    }

    private delegate ConvolutionAxis Axis(int input, int output, int kernel, int stride, int pad, int dilation);

    public void Run(T* from, T* weight, T* biasOrNull, T* to, int blocks, Rectifier rectifier)
    {
        _source = from;
        _weights = weight;
        _bias = biasOrNull == null ? _noBias.Pointer : biasOrNull;
        _target = to;
        (_floor, _ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        int items = blocks * _band.Bands.Parts;
        long work = (long)blocks * _groups * _outChannels * _inChannels * _area * _rows.Output * _columns.Output;
        _pool.Run(this, items, inline: work < InlineWork.MultiplyAdds);
    }

    public void Run(int begin, int end, int worker)
    {
        for (int item = begin; item < end; item++)
        {
            (int image, int part) = Math.DivRem(item, _band.Bands.Parts);
            T* origin = _band.Load(_source, image, part, worker);
            RunBand(image, origin, _band.Bands[part], _band.Bands[part + 1]);
        }
    }

    public void Dispose()
    {
        _band.Dispose();
        _taps.Dispose();
        _tileRows.Dispose();
        _noBias.Dispose();
    }

    /// <summary>The tiles of a row, each with the taps that read inside the image for at least one of its pixels.</summary>
    private IEnumerable<ColumnTile> ColumnTiles(int phase)
    {
        int outputs = (_columns.Output - phase + _columns.Phases - 1) / _columns.Phases;
        Split pixels = Split.ByMost(Math.Max(0, outputs), S.TileColumns);
        for (int part = 0; part < pixels.Parts; part++)
        {
            (int x, int end) = (pixels[part], pixels[part + 1]);
            List<(int First, int Count)> ranges = Enumerable.Range(x, end - x)
                .Select(j => _columns.Inside(phase + j * _columns.Phases)).Where(range => range.Count > 0).ToList();
            int first = ranges.Count == 0 ? 0 : ranges.Min(range => range.First);
            int count = ranges.Count == 0 ? 0 : ranges.Max(range => range.First + range.Count) - first;
            yield return new ColumnTile(
                x * _columns.Advance * S.Lanes, (phase + x * _columns.Phases) * S.Lanes, end - x, phase, first, count);
        }
    }

    /// <summary>For each phase of the rows and each tile of columns its taps, row by row of the kernel; equal tables are
    /// shared.</summary>
    private (int[] Starts, NativeBuffer<Tap> Taps) TapTables(int kernelWidth)
    {
        List<Tap> list = [];
        Dictionary<(int RowPhase, int Phase, int First, int Count), int> known = [];
        int[] starts = new int[_rows.Phases * _columnTiles.Length];
        for (int i = 0; i < starts.Length; i++)
        {
            (int rowPhase, ColumnTile tile) = (i / _columnTiles.Length, _columnTiles[i % _columnTiles.Length]);
            (int rowPhase, int Phase, int FirstTap, int Taps) key = (rowPhase, tile.Phase, tile.FirstTap, tile.Taps);
            if (!known.TryGetValue(key, out starts[i]))
            {
                known[key] = starts[i] = list.Count;
                foreach ((int ky, int y) in _rows.Taps(rowPhase))
                {
                    for (int channel = 0; channel < _merged; channel++)
                    {
                        list.AddRange(_columns.Taps(tile.Phase).Skip(tile.FirstTap).Take(tile.Taps).Select(column => new Tap(
                            checked((int)(ky * kernelWidth + column.Tap + channel * _weightStep)),
                            checked((int)(y * _band.Pitch + column.Offset * S.Lanes + channel * _band.PlanePitch)))));
                    }
                }
            }
        }
        NativeBuffer<Tap> buffer = new(list.Count);
        list.CopyTo(buffer.Span);
        return (starts, buffer);
    }

    private void RunBand(int image, T* origin, int top, int bottom)
    {
        for (int group = 0; group < _groups; group++)
        {
            for (int first = 0; first < _channelTiles.Parts; first += _sweep)
            {
                for (int y = top; y < bottom; y++)
                {
                    RunRow(
                        image, origin + group * _inChannels * _band.PlanePitch, group, y, first,
                        Math.Min(first + _sweep, _channelTiles.Parts));
                }
            }
        }
    }

    private void RunRow(int image, T* plane, int group, int y, int firstTile, int endTile)
    {
        (int firstTap, int tapRows) = _inside[y];
        TileCall<T> call = new()
        {
            Rows = _tileRows.Pointer,
            Steps = _inChannels / _merged,
            AStep = _weightStep * _merged,
            BStep = _band.PlanePitch * _merged,
            BColumn = _columns.Advance * S.Lanes,
            CColumn = _columns.Phases * S.Lanes,
            Limit = _floor,
            Ceiling = _ceiling,
        };
        nint planeSize = (nint)_rows.Output * _columns.Output * S.Lanes;
        T* row = _target + ((nint)image * _groups + group) * _outChannels * planeSize + (nint)y * _columns.Output * S.Lanes;
        T* sourceRow = plane + _rows.Base(y) * _band.Pitch;
        T* groupWeights = _weights + (nint)group * _outChannels * _inChannels * _area;
        T* groupBias = _bias + group * _outChannels;
        int table = y % _rows.Phases * _columnTiles.Length;
        foreach (ref readonly ColumnTile pixels in _columnTiles.AsSpan())
        {
            int rowTaps = pixels.Taps * _merged;
            call.Taps = _taps.Pointer + _tables[table++] + firstTap * rowTaps;
            call.TapCount = tapRows * rowTaps;
            call.B = sourceRow + pixels.Source;
            for (int tile = firstTile; tile < endTile; tile++)
            {
                int o = _channelTiles[tile];
                call.A = groupWeights + o * _weightRow;
                call.Bias = groupBias + o;
                call.C = row + o * planeSize + pixels.Target;
                TileTable<T, TV, S, BatchLaneTile<T, TV, S>>.Get(_channelTiles[tile + 1] - o, pixels.Count)(&call);
            }
        }
    }

    /// <summary>Neighbouring outputs of one phase in a row: where they read and write, and which taps of their phase they
    /// need.</summary>
    private readonly record struct ColumnTile(int Source, int Target, int Count, int Phase, int FirstTap, int Taps);
}
