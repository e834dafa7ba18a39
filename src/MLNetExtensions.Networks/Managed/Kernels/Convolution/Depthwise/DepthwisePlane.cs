using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The convolution of one plane of vectors with one kernel, forward or (with the axes turned round) back to the input: what a
/// depthwise convolution does with each channel, or with V of them side by side.
/// </summary>
/// <remarks>A small plane is copied between zeros, so that its rows are whole tiles. In others outputs at the edges form tiles of
/// their own, of the taps that read inside the plane.</remarks>
internal sealed unsafe class DepthwisePlane<T, TV, S, TWeights> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TWeights : struct, IDepthwiseWeights<T, TV>
{
    private readonly ConvolutionAxis _rows, _columns;
    private readonly ColumnTile[] _tiles;
    private readonly (int First, int Count)[] _inside;
    private readonly NativeBuffer<Tap> _taps;

    /// <summary>Where the taps of each phase of rows and each tile of columns start, row by row of the kernel.</summary>
    private readonly int[] _starts;

    /// <summary>Vectors from one row that is read to the next.</summary>
    private readonly int _pitch;

    /// <summary>Room for a padded plane of each worker, its margins zero; null when planes are read where they lie.</summary>
    private readonly NativeBuffer<T>? _padded;
    private readonly int _paddedSize, _origin;

    public DepthwisePlane(in ConvGeometry geometry, bool forward, int workers, Blocking blocking)
    {
        ConvGeometry g = geometry;
        Axis direction = forward ? ConvolutionAxis.Forward : ConvolutionAxis.Backward;
        _rows = direction(g.Height, g.OutHeight, g.KernelH, g.StrideH, g.PadH, g.DilationH);
        _columns = direction(g.Width, g.OutWidth, g.KernelW, g.StrideW, g.PadW, g.DilationW);
        int left = Math.Max(0, -_columns.FirstRead), top = Math.Max(0, -_rows.FirstRead);
        int width = left + Math.Max(_columns.Input - 1, _columns.LastRead) + 1;
        _paddedSize = (top + Math.Max(_rows.Input - 1, _rows.LastRead) + 1) * width * S.Lanes;
        bool copies = _paddedSize > InputSize * S.Lanes && _paddedSize * sizeof(T) <= blocking.PlaneBytes;
        _padded = copies ? new((long)_paddedSize * workers) : null;
        (_pitch, _origin) = copies ? (width, (top * width + left) * S.Lanes) : (_columns.Input, 0);
        _inside = [.. Enumerable.Range(0, _rows.Output).Select(y => Read(_rows, y))];
        _tiles = [.. Enumerable.Range(0, _columns.Phases).SelectMany(Tiles)];

        List<Tap> taps = [];
        _starts = new int[_rows.Phases * _tiles.Length];
        for (int i = 0; i < _starts.Length; i++)
        {
            (int phase, int tile) = int.DivRem(i, _tiles.Length);
            _starts[i] = taps.Count;
            taps.AddRange(_rows.Taps(phase).SelectMany(row =>
                TapsOf(_tiles[tile]).Select(column => new Tap(
                    row.Tap * g.KernelW + column.Tap,
                    checked((row.Offset * _pitch + column.Offset) * S.Lanes)))));
        }
        _taps = new(taps.Count);
        taps.CopyTo(_taps.Span);
    }

    private delegate ConvolutionAxis Axis(int input, int output, int kernel, int stride, int pad, int dilation);

    /// <summary>Rows of the result.</summary>
    public int Height => _rows.Output;

    /// <summary>Vectors of the plane that is read.</summary>
    public int InputSize => _rows.Input * _columns.Input;

    /// <summary>Vectors of the result.</summary>
    public int OutputSize => _rows.Output * _columns.Output;

    /// <summary>Computes the rows from <paramref name="top"/> to below <paramref name="bottom"/>.</summary>
    public void Run(T* from, T* weights, T* bias, T* to, int top, int bottom, T floor, T ceiling, int worker)
    {
        T* plane = _padded is null ? from : Pad(from, _padded.Pointer + worker * _paddedSize + _origin);
        DepthwiseCall<T> call = new()
        {
            Weights = weights, Bias = bias, Floor = floor, Ceiling = ceiling,
            Step = (nint)_columns.Advance * S.Lanes, TargetStep = (nint)_columns.Phases * S.Lanes,
            SourceRow = (nint)_rows.Advance * _pitch * S.Lanes, TargetRow = (nint)_columns.Output * S.Lanes,
        };
        for (int y = top; y < bottom; y += call.Down)
        {
            (int firstTap, int tapRows) = _inside[y];
            call.Down = LikeRows(y, bottom);
            T* source = plane + (nint)_rows.Base(y) * _pitch * S.Lanes, target = to + y * call.TargetRow;
            int table = y % _rows.Phases * _tiles.Length;
            foreach (ref readonly ColumnTile tile in _tiles.AsSpan())
            {
                call.Taps = _taps.Pointer + _starts[table++] + firstTap * tile.Taps;
                call.TapCount = tapRows * tile.Taps;
                call.Source = source + tile.Source;
                call.Target = target + tile.Target;
                call.Across = tile.Across;
                DepthwiseTile<T, TV, S, TWeights>.Get(tile.Count, tile.TakesThrees)(&call);
            }
        }
    }

    public void Dispose()
    {
        _taps.Dispose();
        _padded?.Dispose();
    }

    /// <summary>How many rows from <paramref name="y"/> on, but before <paramref name="bottom"/>, take the same taps.</summary>
    private int LikeRows(int y, int bottom)
    {
        int end = y + 1;
        while (_rows.Phases == 1 && end < bottom && _inside[end] == _inside[y])
            end++;
        return end - y;
    }

    /// <summary>Copies a plane between its margins.</summary>
    private T* Pad(T* plane, T* padded)
    {
        int width = _columns.Input * S.Lanes;
        T* to = padded;
        for (int y = 0; y < _rows.Input; y++, plane += width, to += (nint)_pitch * S.Lanes)
        {
            for (int x = 0; x < width; x += S.Lanes)
                S.Store(to + x, S.Load(plane + x));
        }
        return padded;
    }

    /// <summary>The taps of an output that are in the sum: all, where there are margins to read.</summary>
    private (int First, int Count) Read(ConvolutionAxis axis, int output) =>
        _padded is null ? axis.Inside(output) : (0, axis.Taps(output % axis.Phases).Count);

    /// <summary>The outputs of a phase in tiles, each of outputs that have the same taps inside the plane.</summary>
    private IEnumerable<ColumnTile> Tiles(int phase)
    {
        int count = Math.Max(0, (_columns.Output - phase + _columns.Phases - 1) / _columns.Phases);
        for (int start = 0; start < count;)
        {
            (int First, int Count) inside = Read(_columns, phase + start * _columns.Phases);
            int end = start + 1;
            while (end < count && Read(_columns, phase + end * _columns.Phases) == inside)
                end++;
            int length = end - start, parts = Split.ByMost(length, DepthwiseTile<T, TV, S, TWeights>.Most).Parts;
            int size = length % parts == 0 ? length / parts : DepthwiseTile<T, TV, S, TWeights>.Most;
            if (length >= size)
                yield return Tile(phase, start, size, length / size, inside);
            if (length % size > 0)
                yield return Tile(phase, end - length % size, length % size, 1, inside);
            start = end;
        }
    }

    private ColumnTile Tile(int phase, int first, int count, int across, (int First, int Count) inside)
    {
        ColumnTile tile = new(
            first * _columns.Advance * S.Lanes, (phase + first * _columns.Phases) * S.Lanes, count, across, phase, inside.First,
            inside.Count, TakesThrees: false);
        int[] offsets = [.. TapsOf(tile).Select(tap => tap.Offset)];
        return tile with
        {
            TakesThrees = offsets is [var a, var b, var c] && b - a == _columns.Advance && c - b == _columns.Advance,
        };
    }

    /// <summary>The taps of a tile's outputs in the order of what they read.</summary>
    private IEnumerable<(int Tap, int Offset)> TapsOf(ColumnTile tile) =>
        _columns.Taps(tile.Phase).Skip(tile.FirstTap).Take(tile.Taps).OrderBy(tap => tap.Offset);

    /// <summary>Neighbouring outputs of one phase in a row, and as many tiles of as many beside them: where they read and write, and
    /// which taps of their phase they need; whether these are three neighbours.</summary>
    private readonly record struct ColumnTile(
        int Source, int Target, int Count, int Across, int Phase, int FirstTap, int Taps, bool TakesThrees);
}
