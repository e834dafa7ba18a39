using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Direct convolution, channel-lane. A tile is 6 pixels of a row × 4 vectors of V output channels, or 12 × 1: pixels are broadcast,
/// weights are vectors, packed in the order in which the taps go by.
/// </summary>
/// <remarks>
/// The weights of a tile's 4 vectors are used for all pixels of a band before the next ones: 4 vectors per 24 multiply-adds come
/// from the second-level cache. Long sums are cut (<see cref="Blocking.SweptTaps"/>) so that they stay there.
/// </remarks>
internal sealed unsafe class DirectChannelConvolution<T, TV, S> : ChannelConvolution<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly ConvGeometry _g;

    /// <summary>Channels side by side in the input.</summary>
    private readonly int _inLanes;
    private readonly WorkerPool _pool;
    private readonly ConvolutionAxis _rows;
    private readonly ConvolutionAxis _columns;
    private readonly PaddedBand<T> _band;
    private readonly Split _tiles;
    private readonly Panel[] _panels;
    private readonly List<TapSource> _sources = [];
    private readonly NativeBuffer<Tap> _taps;
    private readonly NativeBuffer<TileRow> _tileRows;
    private readonly PackedWeights<T>? _shared;
    private readonly NativeBuffer<T> _packedBias;
    private readonly NativeBuffer<T> _noBias = new(S.TileColumns * S.Lanes);
    private readonly (int First, int Count)[] _inside;
    private readonly Split _tileGroups;

    /// <summary>Pixels of a row in tiles, and these in parts: of a pointwise convolution, whose pixels are one row.</summary>
    private readonly Split _pixels, _pixelParts;

    /// <summary>Whether threads share out the tiles of output channels first.</summary>
    private readonly bool _byChannels;

    /// <summary>Weights of the panels laid out so far.</summary>
    private long _weightCount;

    private NativeBuffer<T> _packed = null!;
    private T* _source;
    private T* _target;
    private T _floor;
    private T _ceiling;

    /// <param name="geometry">The shape.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="shared">Keeps the packed weights.</param>
    /// <param name="blocking">How much is done at once.</param>
    /// <param name="planarInput">Whether the input lies channel after channel, <c>[in][H][W]</c>.</param>
    public DirectChannelConvolution(
        in ConvGeometry geometry, WorkerPool pool, PackedWeights<T>? shared, Blocking blocking, bool planarInput)
    {
        _shared = shared;
        bool isPointwise = geometry is { KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, PadH: 0, PadW: 0 };
        _g = isPointwise ? AsOneRow(geometry) : geometry;
        _pool = pool;
        _inLanes = planarInput ? 1 : S.Lanes;
        _rows = ConvolutionAxis.Forward(_g.Height, _g.OutHeight, _g.KernelH, _g.StrideH, _g.PadH, _g.DilationH);
        _columns = ConvolutionAxis.Forward(_g.Width, _g.OutWidth, _g.KernelW, _g.StrideW, _g.PadW, _g.DilationW);
        _inside = [.. Enumerable.Range(0, _rows.Output).Select(_rows.Inside)];
        int vectors = Vectors(_g.OutChannels);
        _tiles = Split.ByMost(vectors, S.TileColumns);

        // The larger of image and weights is what threads share out: pixels of the image, or tiles of output channels.
        long imageSize = (long)_g.InChannels * _g.Height * _g.Width;
        _byChannels = _g.WeightCount > imageSize;
        _pixels = Split.ByMost(
            _columns.Output, vectors > 1 ? TileRow.Most : NarrowTileTable<T, TV, S, ChannelLaneTile<T, TV, S>>.MostRows);
        int most = isPointwise ? _tiles.Parts : Blocking.WantedItems;
        _tileGroups = new(_tiles.Parts, _byChannels ? Math.Min(_tiles.Parts, most) : 1);
        long bandsOfImage = imageSize * sizeof(T) / blocking.BandBytes / Blocking.WantedItems;
        int parts = _byChannels ? Blocking.PartsOfItem(_tiles.Parts) : Blocking.WantedItems * (int)Math.Max(1, bandsOfImage);
        _pixelParts = new(_pixels.Parts, isPointwise ? Math.Min(parts, _pixels.Parts) : 1);
        _band = new PaddedBand<T>(
            _rows, _columns, (_g.InChannels + _inLanes - 1) / _inLanes, _inLanes, _tileGroups.Parts, pool.Threads,
            blocking.BandBytes);

        _panels = [.. Enumerable.Range(0, _tiles.Parts).SelectMany(PanelsOf)];
        _taps = new NativeBuffer<Tap>(_sources.Count);
        for (int i = 0; i < _sources.Count; i++)
            _taps.Pointer[i] = _sources[i].Tap;
        _packedBias = new NativeBuffer<T>(vectors * S.Lanes);
        _tileRows = TileRow.Series(_g.StrideW * _inLanes, S.Lanes);
    }

    public override bool CanAdd => true;

    public override void SetWeights(T* w, T* bias)
    {
        long length = _panels.Sum(panel => (long)panel.Taps * panel.Columns) * S.Lanes;
        _packed = PackedWeights<T>.Get(_shared, w, nameof(DirectChannelConvolution<,,>), length, to => Pack(w, to));
        for (int o = 0; o < _g.OutChannels; o++)
            _packedBias.Pointer[o] = bias == null ? T.Zero : bias[o];
    }

    public override void Forward(T* x, T* y, Rectifier rectifier)
    {
        _source = x;
        _target = y;
        (_floor, _ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        int items = _tileGroups.Parts * _pixelParts.Parts * _band.Bands.Parts;
        long work = (long)_g.WeightCount / S.Lanes * _rows.Output * _columns.Output;
        _pool.Run(this, items, inline: work < InlineWork.MultiplyAdds);
    }

    public void Run(int begin, int end, int worker)
    {
        for (int item = begin; item < end; item++)
        {
            // What one thread does after the other has the same of what is larger.
            int parts = _pixelParts.Parts * _band.Bands.Parts;
            (int group, int part) = _byChannels ? Math.DivRem(item, parts) : (item % _tileGroups.Parts, item / _tileGroups.Parts);
            (int band, part) = Math.DivRem(part, _pixelParts.Parts);
            T* origin = _band.Load(_source, 0, band, worker);
            foreach (ref readonly Panel panel in _panels.AsSpan())
            {
                if (panel.Tile >= _tileGroups[group] && panel.Tile < _tileGroups[group + 1])
                    RunPanel(panel, origin, band, part);
            }
        }
    }

    public override void Dispose()
    {
        _band.Dispose();
        _taps.Dispose();
        _tileRows.Dispose();
        _packedBias.Dispose();
        _noBias.Dispose();
    }

    private void Pack(T* w, T* packedWeights)
    {
        foreach (Panel panel in _panels)
        {
            for (int column = 0; column < panel.Columns; column++)
            {
                T* to = packedWeights + panel.Weights + (nint)column * S.Lanes;
                int first = (_tiles[panel.Tile] + column) * S.Lanes;
                for (int t = 0; t < panel.Taps; t++)
                {
                    (int channel, int area, _) = _sources[panel.FirstTap + t];
                    for (int o = first; o < Math.Min(first + S.Lanes, _g.OutChannels); o++)
                    {
                        int c = channel - o / _g.GroupOutChannels * _g.GroupInChannels;
                        if ((uint)c < (uint)_g.GroupInChannels)
                            to[(nint)t * panel.Columns * S.Lanes + o - first] = w[((nint)o * _g.GroupInChannels + c) * _g.KernelArea + area];
                    }
                }
            }
        }
    }

    private static int Vectors(int channels) => (channels + S.Lanes - 1) / S.Lanes;

    /// <summary>Pixels that are convolved each by itself need not stay in the image's rows.</summary>
    private static ConvGeometry AsOneRow(in ConvGeometry g) => g with { Height = 1, Width = g.Height * g.Width };

    private void RunPanel(in Panel panel, T* origin, int band, int pixelPart)
    {
        nint planeSize = _rows.Output * _columns.Output * S.Lanes;
        int vector = _tiles[panel.Tile];
        int rowTaps = panel.Taps / _g.KernelH;
        TileCall<T> call = new()
        {
            Rows = _tileRows.Pointer,
            Steps = 1,
            AStep = _g.StrideW * _inLanes,
            BColumn = S.Lanes,
            CColumn = planeSize,
            Bias = panel.First ? _packedBias.Pointer + vector * S.Lanes : _noBias.Pointer,
            B = _packed.Pointer + panel.Weights,
            Limit = panel.Last ? _floor : T.NegativeInfinity,
            Ceiling = panel.Last ? _ceiling : T.PositiveInfinity,
        };
        delegate*<TileCall<T>*, void> kernel = null;
        int rows = 0;
        for (int y = _band.Bands[band]; y < _band.Bands[band + 1]; y++)
        {
            call.Taps = _taps.Pointer + panel.FirstTap + _inside[y].First * rowTaps;
            call.TapCount = _inside[y].Count * rowTaps;
            T* row = _target + vector * planeSize + (nint)y * _columns.Output * S.Lanes;
            for (int tile = _pixelParts[pixelPart]; tile < _pixelParts[pixelPart + 1]; tile++)
            {
                int x = _pixels[tile];
                call.A = origin + panel.FirstPlane * _band.PlanePitch + y * _g.StrideH * _band.Pitch + x * _g.StrideW * _inLanes;
                call.C = row + x * S.Lanes;
                if (_pixels[tile + 1] - x != rows)
                {
                    rows = _pixels[tile + 1] - x;
                    kernel = Kernel(panel, rows);
                }
                kernel(&call);
            }
        }
    }

    private delegate*<TileCall<T>*, void> Kernel(in Panel panel, int rows) => panel.First && !Adds
        ? Kernel<ChannelLaneTile<T, TV, S>>(rows, panel.Columns)
        : Kernel<ResumedTile<T, TV, S>>(rows, panel.Columns);

    private static delegate*<TileCall<T>*, void> Kernel<TMode>(int rows, int columns)
        where TMode : struct, ITileMode<T, TV> => columns > 1
        ? TileTable<T, TV, S, TMode>.Get(rows, columns)
        : NarrowTileTable<T, TV, S, TMode>.Get(rows);

    /// <summary>The parts of a tile's sum.</summary>
    private IEnumerable<Panel> PanelsOf(int tile)
    {
        (int firstVector, int endVector) = (_tiles[tile], _tiles[tile + 1]);

        // A tile that straddles groups sums over the channels of all of them, with zero weights for those that are not an
        // output's own.
        int firstChannel = firstVector * S.Lanes / _g.GroupOutChannels * _g.GroupInChannels;
        int endChannel = ((Math.Min(endVector * S.Lanes, _g.OutChannels) - 1) / _g.GroupOutChannels + 1) * _g.GroupInChannels;
        int chunk = Math.Max(1, Blocking.SweptTaps / _g.KernelArea / S.Lanes) * S.Lanes;
        if (_g.Groups > 1 || _g.InChannels % S.Lanes != 0)
            chunk = endChannel - firstChannel;
        for (int channel = firstChannel; channel < endChannel; channel += chunk)
        {
            int count = Math.Min(chunk, endChannel - channel);
            int firstPlane = _g.Groups > 1 ? 0 : channel / _inLanes;
            long weights = _weightCount;
            _weightCount += (long)count * _g.KernelArea * (endVector - firstVector) * S.Lanes;
            yield return new Panel(
                tile, endVector - firstVector, firstPlane, TapTable(channel, count, firstPlane, endVector - firstVector), count * _g.KernelArea,
                checked((nint)weights),
                channel == firstChannel, channel + count == endChannel);
        }
    }

    /// <summary>The taps of some channels, row by row of the kernel so that rows outside the image can be left out.</summary>
    private int TapTable(int firstChannel, int count, int firstPlane, int columns)
    {
        int start = _sources.Count;
        for (int ky = 0; ky < _g.KernelH; ky++)
        {
            for (int c = firstChannel; c < firstChannel + count; c++)
            {
                for (int kx = 0; kx < _g.KernelW; kx++)
                {
                    nint a = (c / _inLanes - firstPlane) * _band.PlanePitch + (ky * _g.DilationH - _g.PadH) * _band.Pitch
                        + (kx * _g.DilationW - _g.PadW) * _inLanes + c % _inLanes;
                    _sources.Add(new TapSource(
                        c, ky * _g.KernelW + kx, new Tap(checked((int)a), (_sources.Count - start) * columns * S.Lanes)));
                }
            }
        }
        return start;
    }

    /// <summary>Part of the sum of a tile: its vectors of output channels, its range of taps, its packed weights.</summary>
    private readonly record struct Panel(
        int Tile, int Columns, int FirstPlane, int FirstTap, int Taps, nint Weights, bool First, bool Last);

    /// <summary>Which weight a tap multiplies with: input channel, and place in the kernel.</summary>
    private readonly record struct TapSource(int Channel, int Area, Tap Tap);
}
