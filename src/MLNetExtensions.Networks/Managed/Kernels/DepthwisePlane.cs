using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The convolution of one plane of vectors with one kernel, forward or (with the axes turned round) back to the input: what a
/// depthwise convolution does with each channel, or with V of them side by side.
/// </summary>
/// <remarks>Nothing is padded: outputs at the edges form tiles of their own, of the taps that read inside the plane.</remarks>
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

    public DepthwisePlane(in ConvGeometry geometry, bool forward)
    {
        ConvGeometry g = geometry;
        Axis direction = forward ? ConvolutionAxis.Forward : ConvolutionAxis.Backward;
        _rows = direction(g.Height, g.OutHeight, g.KernelH, g.StrideH, g.PadH, g.DilationH);
        _columns = direction(g.Width, g.OutWidth, g.KernelW, g.StrideW, g.PadW, g.DilationW);
        _inside = [.. Enumerable.Range(0, _rows.Output).Select(_rows.Inside)];
        _tiles = [.. Enumerable.Range(0, _columns.Phases).SelectMany(Tiles)];

        List<Tap> taps = [];
        _starts = new int[_rows.Phases * _tiles.Length];
        for (int i = 0; i < _starts.Length; i++)
        {
            (int phase, int tile) = int.DivRem(i, _tiles.Length);
            _starts[i] = taps.Count;
            taps.AddRange(_rows.Taps(phase).SelectMany(row =>
                _columns.Taps(_tiles[tile].Phase).Skip(_tiles[tile].FirstTap).Take(_tiles[tile].Taps).Select(column => new Tap(
                    row.Tap * g.KernelW + column.Tap,
                    checked((row.Offset * _columns.Input + column.Offset) * S.Lanes)))));
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
    public void Run(T* from, T* weights, T* bias, T* to, int top, int bottom, T floor, T ceiling)
    {
        DepthwiseCall<T> call = new()
        {
            Weights = weights, Bias = bias, Floor = floor, Ceiling = ceiling,
            Step = (nint)_columns.Advance * S.Lanes, TargetStep = (nint)_columns.Phases * S.Lanes,
        };
        for (int y = top; y < bottom; y++)
        {
            (int firstTap, int tapRows) = _inside[y];
            T* source = from + (nint)_rows.Base(y) * _columns.Input * S.Lanes, target = to + (nint)y * _columns.Output * S.Lanes;
            int table = y % _rows.Phases * _tiles.Length;
            foreach (ref readonly ColumnTile tile in _tiles.AsSpan())
            {
                call.Taps = _taps.Pointer + _starts[table++] + firstTap * tile.Taps;
                call.TapCount = tapRows * tile.Taps;
                call.Source = source + tile.Source;
                call.Target = target + tile.Target;
                DepthwiseTile<T, TV, S, TWeights>.Run(&call, tile.Count);
            }
        }
    }

    public void Dispose() => _taps.Dispose();

    /// <summary>The outputs of a phase in tiles, each of outputs that have the same taps inside the plane.</summary>
    private IEnumerable<ColumnTile> Tiles(int phase)
    {
        int count = Math.Max(0, (_columns.Output - phase + _columns.Phases - 1) / _columns.Phases);
        for (int start = 0; start < count;)
        {
            (int First, int Count) inside = _columns.Inside(phase + start * _columns.Phases);
            int end = start + 1;
            while (end < count && end - start < DepthwiseTile<T, TV, S, TWeights>.Most
                && _columns.Inside(phase + end * _columns.Phases) == inside)
                end++;
            yield return new(
                start * _columns.Advance * S.Lanes, (phase + start * _columns.Phases) * S.Lanes, end - start, phase, inside.First,
                inside.Count);
            start = end;
        }
    }

    /// <summary>Neighbouring outputs of one phase in a row: where they read and write, and which taps of their phase they
    /// need.</summary>
    private readonly record struct ColumnTile(int Source, int Target, int Count, int Phase, int FirstTap, int Taps);
}
