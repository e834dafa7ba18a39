using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// A convolution of stride 1 of batch-lane images by Winograd's minimal filtering, forward or back to the input (which is a
/// convolution with the kernels turned and channels exchanged): a quarter of the direct way's multiplications for 3 × 3 kernels,
/// half of them for those of one row or column.
/// </summary>
/// <remarks>
/// An item is a few tiles. Transformed inputs (products · channels · tiles vectors) and the results of
/// <see cref="Blocking.WinogradChannels"/> output channels at a time stay in the second-level cache; the transformed weights go by
/// once per item.
/// </remarks>
internal sealed unsafe class WinogradPass<T, TV, S> : IConvolutionPass<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly IWinogradFilter<T> _filter;
    private readonly int _products;
    private readonly int _kernelArea;
    private readonly int _inChannels;
    private readonly int _inHeight;
    private readonly int _inWidth;
    private readonly int _outChannels;
    private readonly int _outHeight;
    private readonly int _outWidth;
    private readonly int _padH;
    private readonly int _padW;
    private readonly bool _forward;
    private readonly PackedWeights<T>? _packed;
    private readonly bool _constantWeights;
    private readonly WorkerPool _pool;
    private readonly WinogradTiles _tiles;
    private readonly int _itemTiles;
    private readonly nint _inStep;
    private readonly nint _outStep;
    private readonly nint _weightStep;
    private readonly Scratch<T> _scratch;
    private readonly nint _workerLength;
    private readonly NativeBuffer<T> _noBias;
    private readonly NativeBuffer<Tap> _taps;
    private readonly NativeBuffer<TileRow> _rows;
    private readonly ItemWork _weightTransform;

    private T* _workers;
    private T* _transformedWeights;
    private T* _source;
    private T* _weights;
    private T* _bias;
    private T* _target;
    private T _floor;
    private T _ceiling;
    private NativeBuffer<T>? _keptWeights;
    private Split _items;

    public WinogradPass(
        in ConvGeometry g, bool forward, WorkerPool pool, Scratch<T> scratch, PackedWeights<T>? packed, Blocking blocking,
        bool constantWeights)
    {
        _packed = packed;
        _constantWeights = constantWeights;
        _forward = forward;
        _pool = pool;
        _scratch = scratch;
        (_inChannels, _outChannels) = forward ? (g.InChannels, g.OutChannels) : (g.OutChannels, g.InChannels);
        (_inHeight, _inWidth, _outHeight, _outWidth) = forward
            ? (g.Height, g.Width, g.OutHeight, g.OutWidth)
            : (g.OutHeight, g.OutWidth, g.Height, g.Width);
        (_padH, _padW) = forward ? (g.PadH, g.PadW) : (g.KernelH - 1 - g.PadH, g.KernelW - 1 - g.PadW);
        WinogradForm form = WinogradForm.Of(g)
            ?? throw new ArgumentException($"Winograd's minimal filtering has no form for {g}.", nameof(g));
        _filter = form == WinogradForm.Square
            ? new SquareWinogradFilter<T, TV, S>()
            : new LineWinogradFilter<T, TV, S>(g.KernelArea, upright: g.KernelW == 1);
        (_products, _kernelArea) = (form.Products, g.KernelArea);
        _tiles = form.Tiles(_outHeight, _outWidth);
        long tileBytes = (long)_products * _inChannels * S.Lanes * sizeof(T);
        _itemTiles = (int)Math.Clamp(blocking.WinogradTileBytes / tileBytes / S.TileColumns, 1, 8) * S.TileColumns;

        // One vector more than needed keeps the matrices from starting at the same place of a cache's sets.
        _inStep = ((nint)_inChannels * _itemTiles + 1) * S.Lanes;
        _weightStep = ((nint)_inChannels * _outChannels / S.Lanes + 1) * S.Lanes;
        _outStep = ((nint)Blocking.WinogradChannels * _itemTiles + 1) * S.Lanes;
        _workerLength = _products * (_inStep + _outStep);
        _noBias = new NativeBuffer<T>(Math.Max(_outChannels, TileRow.Most));
        _taps = Tap.Series(_inChannels, 1, _itemTiles * S.Lanes);
        _rows = TileRow.Series(_inChannels, _itemTiles * S.Lanes);
        _weightTransform = new ItemWork(TransformWeights);
    }

    private long TransformedLength => _products * _weightStep;

    public void Run(T* from, T* weight, T* biasOrNull, T* to, int blocks, Rectifier rectifier)
    {
        _source = from;
        _weights = weight;
        _bias = biasOrNull == null ? _noBias.Pointer : biasOrNull;
        _target = to;
        (_floor, _ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        nint workersLength = _workerLength * _pool.Threads;
        if (_constantWeights)
        {
            _keptWeights ??= PackedWeights<T>.Get(_packed, weight, nameof(WinogradPass<,,>), TransformedLength, Transform);
            _workers = _scratch.Take(workersLength);
            _transformedWeights = _keptWeights.Pointer;
        }
        else
        {
            _workers = _scratch.Take(workersLength + TransformedLength);
            Transform(_workers + workersLength);
        }
        _items = Split.ByMost(blocks * _tiles.Count, _itemTiles);
        _pool.Run(this, _items.Parts);
    }

    public void Run(int begin, int end, int worker)
    {
        T* patch = _workers + worker * _workerLength;
        T* product = patch + _products * _inStep;
        for (int item = begin; item < end; item++)
        {
            (int first, int count) = (_items[item], _items[item + 1] - _items[item]);
            for (int tile = 0; tile < count; tile++)
            {
                (int image, int top, int left) = _tiles.Place(first + tile);
                for (int c = 0; c < _inChannels; c++)
                {
                    _filter.TransformInput(
                        _source + ((nint)image * _inChannels + c) * _inHeight * _inWidth * S.Lanes, _inHeight, _inWidth,
                        top - _padH, left - _padW,
                        patch + ((nint)c * _itemTiles + tile) * S.Lanes, _inStep);
                }
            }
            Split chunks = Split.ByMost(_outChannels, Blocking.WinogradChannels);
            for (int chunk = 0; chunk < chunks.Parts; chunk++)
            {
                int channel = chunks[chunk];
                Multiply(patch, product, channel, chunks[chunk + 1] - channel, count);
                TransformBack(product, channel, chunks[chunk + 1] - channel, first, count);
            }
        }
    }

    public void Dispose()
    {
        _noBias.Dispose();
        _taps.Dispose();
        _rows.Dispose();
    }

    private void Multiply(T* patch, T* product, int channel, int channels, int count)
    {
        TileCall<T> call = new()
        {
            Bias = _noBias.Pointer,
            Rows = _rows.Pointer,
            Taps = _taps.Pointer,
            TapCount = _inChannels,
            Steps = 1,
            BColumn = S.Lanes,
            CColumn = S.Lanes,
            Limit = T.NegativeInfinity,
            Ceiling = T.PositiveInfinity,
        };
        Split columns = Split.ByMost(count, S.TileColumns);
        Split rowTiles = Split.ByMost(channels, TileRow.Most);
        for (int i = 0; i < _products; i++)
        {
            for (int column = 0; column < columns.Parts; column++)
            {
                int tile = columns[column];
                call.B = patch + i * _inStep + tile * S.Lanes;
                for (int part = 0; part < rowTiles.Parts; part++)
                {
                    int o = rowTiles[part];
                    call.A = _transformedWeights + i * _weightStep + (nint)(channel + o) * _inChannels;
                    call.C = product + i * _outStep + ((nint)o * _itemTiles + tile) * S.Lanes;
                    TileTable<T, TV, S, BatchLaneTile<T, TV, S>>.Get(rowTiles[part + 1] - o, columns[column + 1] - tile)(&call);
                }
            }
        }
    }

    private void TransformBack(T* product, int channel, int channels, int firstTile, int count)
    {
        for (int o = 0; o < channels; o++)
        {
            for (int tile = 0; tile < count; tile++)
            {
                (int image, int top, int left) = _tiles.Place(firstTile + tile);
                T* plane = _target + ((nint)image * _outChannels + channel + o) * _outHeight * _outWidth * S.Lanes;
                _filter.TransformOutput(
                    product + ((nint)o * _itemTiles + tile) * S.Lanes, _outStep, plane, _outHeight, _outWidth, top, left,
                    _bias[channel + o], _floor, _ceiling);
            }
        }
    }

    private void Transform(T* to)
    {
        _transformedWeights = to;
        _pool.Run(_weightTransform, _outChannels);
    }

    /// <summary>Transforms the kernels of an output, to [product][out][in].</summary>
    private void TransformWeights(int o)
    {
        (int output, int input) = _forward ? (_inChannels, 1) : (1, _outChannels);
        for (int c = 0; c < _inChannels; c += S.Lanes)
        {
            _filter.TransformKernels(
                _weights + ((nint)o * output + (nint)c * input) * _kernelArea, input * _kernelArea,
                Math.Min(S.Lanes, _inChannels - c), turned: !_forward, _transformedWeights + (nint)o * _inChannels + c, _weightStep);
        }
    }
}
