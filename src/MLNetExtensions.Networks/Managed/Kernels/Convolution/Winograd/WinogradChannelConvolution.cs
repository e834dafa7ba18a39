using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// 3 × 3 convolution of stride 1, channel-lane, by Winograd's F(4 × 4, 3 × 3): transform patches, multiply 36 pairs of matrices
/// (tiles × channels by channels × output channels), transform back. A quarter of the multiplications of the direct way; rounding
/// errors about ten times as large, some 1e-6 of the largest output in single precision.
/// </summary>
/// <remarks>
/// Tiles are done in bands of at most <see cref="Blocking.WinogradBandBytes"/> of transformed numbers, all threads together phase
/// by phase: the transformed weights are four times as many as the weights, so each of the 36 matrices should be read for as many
/// tiles as possible.
/// </remarks>
internal sealed unsafe class WinogradChannelConvolution<T, TV, S> : ChannelConvolution<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int Products = WinogradTransform<T, TV, S>.Products;

    private readonly ConvGeometry _g;
    private readonly WorkerPool _pool;
    private readonly int _inVectors;
    private readonly int _outVectors;
    private readonly int _tilesWide;
    private readonly Split _bands;
    private readonly nint _inStep;
    private readonly nint _outStep;
    private readonly NativeBuffer<T> _patches;
    private readonly NativeBuffer<T> _products;
    private readonly PackedWeights<T>? _shared;
    private readonly NativeBuffer<T> _bias;
    private readonly NativeBuffer<T> _noBias;
    private readonly NativeBuffer<Tap> _taps;
    private readonly NativeBuffer<TileRow> _rows;
    private readonly ItemWork _into;
    private readonly ItemWork _multiply;
    private readonly ItemWork _back;

    private NativeBuffer<T> _weights = null!;
    private T* _source;
    private T* _target;
    private T _floor;
    private T _ceiling;
    private int _firstTile;
    private int _tileCount;

    public WinogradChannelConvolution(
        in ConvGeometry geometry, WorkerPool pool, PackedWeights<T>? shared, Blocking blocking)
    {
        _shared = shared;
        _g = geometry;
        _pool = pool;
        _inVectors = (_g.InChannels + S.Lanes - 1) / S.Lanes;
        _outVectors = (_g.OutChannels + S.Lanes - 1) / S.Lanes;
        _tilesWide = (_g.OutWidth + 3) / 4;
        int tiles = _tilesWide * ((_g.OutHeight + 3) / 4);
        long tileBytes = (long)Products * (_inVectors + _outVectors) * S.Lanes * sizeof(T);
        _bands = Split.ByMost(tiles, (int)Math.Max(TileRow.Most, blocking.WinogradBandBytes / tileBytes));

        // One vector more than needed keeps the 36 matrices from starting at the same place of a cache's sets.
        int most = (tiles + _bands.Parts - 1) / _bands.Parts;
        _inStep = ((nint)most * _inVectors + 1) * S.Lanes;
        _outStep = ((nint)most * _outVectors + 1) * S.Lanes;
        _patches = new NativeBuffer<T>(Products * _inStep);
        _products = new NativeBuffer<T>(Products * _outStep);
        _bias = new NativeBuffer<T>(_outVectors * S.Lanes);
        _noBias = new NativeBuffer<T>(S.TileColumns * S.Lanes);
        _taps = Tap.Series(_g.InChannels, 1, S.Lanes);
        _rows = TileRow.Series(_inVectors * S.Lanes, _outVectors * S.Lanes);

        _into = new ItemWork(TransformPatch);
        _multiply = new ItemWork(Multiply);
        _back = new ItemWork(TransformBack);
    }

    public override void SetWeights(T* w, T* biasOrNull)
    {
        long length = (long)Products * _outVectors * _g.InChannels * S.Lanes;
        _weights = PackedWeights<T>.Get(_shared, w, nameof(WinogradChannelConvolution<,,>), length, to => Pack(w, to));
        for (int o = 0; o < _g.OutChannels; o++)
            _bias.Pointer[o] = biasOrNull == null ? T.Zero : biasOrNull[o];
    }

    public override void Forward(T* x, T* y, Rectifier rectifier)
    {
        _source = x;
        _target = y;
        (_floor, _ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        for (int band = 0; band < _bands.Parts; band++)
        {
            _firstTile = _bands[band];
            _tileCount = _bands[band + 1] - _firstTile;
            _pool.Run(_into, _tileCount);
            _pool.Run(_multiply, Products);
            _pool.Run(_back, _tileCount);
        }
    }

    public override void Dispose()
    {
        _patches.Dispose();
        _products.Dispose();
        _bias.Dispose();
        _noBias.Dispose();
        _taps.Dispose();
        _rows.Dispose();
    }

    private void Pack(T* w, T* packed)
    {
        nint step = (nint)_outVectors * _g.InChannels * S.Lanes;
        nint pitch = (nint)_g.InChannels * 9;
        for (int vector = 0; vector < _outVectors; vector++)
        {
            int first = vector * S.Lanes;
            for (int c = 0; c < _g.InChannels; c++)
            {
                WinogradWeights<T, TV, S>.Transform(
                    w + first * pitch + c * 9, pitch, Math.Min(S.Lanes, _g.OutChannels - first), turned: false,
                    packed + ((nint)vector * _g.InChannels + c) * S.Lanes, step);
            }
        }
    }

    private void TransformPatch(int item)
    {
        (int tileY, int tileX) = Math.DivRem(_firstTile + item, _tilesWide);
        for (int vector = 0; vector < _inVectors; vector++)
        {
            WinogradTransform<T, TV, S>.Input(
                _source + (nint)vector * _g.Height * _g.Width * S.Lanes, _g.Height, _g.Width,
                tileY * 4 - _g.PadH, tileX * 4 - _g.PadW,
                _patches.Pointer + ((nint)item * _inVectors + vector) * S.Lanes, _inStep);
        }
    }

    private void Multiply(int item)
    {
        TileCall<T> call = new()
        {
            Bias = _noBias.Pointer,
            Rows = _rows.Pointer,
            Taps = _taps.Pointer,
            TapCount = _g.InChannels,
            Steps = 1,
            BColumn = (nint)_g.InChannels * S.Lanes,
            CColumn = S.Lanes,
            Limit = T.NegativeInfinity,
            Ceiling = T.PositiveInfinity,
        };
        Split columns = Split.ByMost(_outVectors, S.TileColumns);
        Split tiles = Split.ByMost(_tileCount, TileRow.Most);
        for (int column = 0; column < columns.Parts; column++)
        {
            int vector = columns[column];
            call.B = _weights.Pointer + (item * (nint)_outVectors + vector) * call.BColumn;
            for (int part = 0; part < tiles.Parts; part++)
            {
                int tile = tiles[part];
                call.A = _patches.Pointer + item * _inStep + (nint)tile * _inVectors * S.Lanes;
                call.C = _products.Pointer + item * _outStep + ((nint)tile * _outVectors + vector) * S.Lanes;
                TileTable<T, TV, S, ChannelLaneTile<T, TV, S>>.Get(tiles[part + 1] - tile, columns[column + 1] - vector)(&call);
            }
        }
    }

    private void TransformBack(int item)
    {
        (int tileY, int tileX) = Math.DivRem(_firstTile + item, _tilesWide);
        (TV least, TV most) = (S.Broadcast(_floor), S.Broadcast(_ceiling));
        for (int vector = 0; vector < _outVectors; vector++)
        {
            WinogradTransform<T, TV, S>.Output(
                _products.Pointer + ((nint)item * _outVectors + vector) * S.Lanes, _outStep,
                _target + (nint)vector * _g.OutHeight * _g.OutWidth * S.Lanes, _g.OutHeight, _g.OutWidth, tileY * 4, tileX * 4,
                S.Load(_bias.Pointer + vector * S.Lanes), least, most);
        }
    }
}
