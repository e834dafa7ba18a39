using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradients of a depthwise convolution's weights and biases, batch-lane. A tile is up to 6 taps of one channel's kernel: all
/// of them read the same gradient, and their inputs lie close to each other. A channel is one thread's, for all images in their
/// order.
/// </summary>
internal sealed unsafe class DepthwiseWeightGradient<T, TV, S> : IWeightGradient<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly ConvGeometry _g;
    private readonly WorkerPool _pool;

    /// <summary>Rows and columns of a plane with its padding, as far as they are read.</summary>
    private readonly int _paddedHeight, _paddedWidth;
    private readonly Split _bands, _tapTiles;
    private readonly int _bandHeight;
    private readonly NativeBuffer<T>? _padded;
    private readonly NativeBuffer<Tap> _pixels;
    private readonly NativeBuffer<TileRow> _kernelTaps;

    private T* _images, _gradient, _weights, _biases;
    private int _blocks;

    public DepthwiseWeightGradient(in ConvGeometry geometry, WorkerPool pool)
    {
        (_g, _pool) = (geometry, pool);
        _paddedWidth = (_g.OutWidth - 1) * _g.StrideW + (_g.KernelW - 1) * _g.DilationW + 1;
        _paddedHeight = (_g.OutHeight - 1) * _g.StrideH + (_g.KernelH - 1) * _g.DilationH + 1;
        bool copies = _g.PadH > 0 || _g.PadW > 0;
        int pitch = copies ? _paddedWidth : _g.Width;
        long bytes = (long)_paddedHeight * pitch * S.Lanes * sizeof(T);
        _bands = new(_g.OutHeight, (int)Math.Clamp(bytes / Blocking.SumPlaneBytes + 1, 1, _g.OutHeight));
        int bandRows = Enumerable.Range(0, _bands.Parts).Max(band => _bands[band + 1] - _bands[band]);
        _bandHeight = (bandRows - 1) * _g.StrideH + (_g.KernelH - 1) * _g.DilationH + 1;
        _padded = copies ? new((long)_bandHeight * pitch * S.Lanes * pool.Threads) : null;

        _pixels = new(bandRows * _g.OutWidth);
        for (int i = 0; i < _pixels.Length; i++)
        {
            (int y, int x) = int.DivRem(i, _g.OutWidth);
            _pixels.Pointer[i] = new(checked((y * _g.StrideH * pitch + x * _g.StrideW) * S.Lanes), checked(i * S.Lanes));
        }
        _kernelTaps = new(_g.KernelArea);
        for (int i = 0; i < _kernelTaps.Length; i++)
        {
            (int y, int x) = int.DivRem(i, _g.KernelW);
            _kernelTaps.Pointer[i] = new(checked((y * _g.DilationH * pitch + x * _g.DilationW) * S.Lanes), i);
        }
        _tapTiles = Split.ByMost(_g.KernelArea, TileRow.Most);
    }

    public void Run(T* x, T* dy, T* dw, T* dbOrNull, int blockCount)
    {
        _images = x;
        _gradient = dy;
        _weights = dw;
        _biases = dbOrNull;
        _blocks = blockCount;
        _pool.Run(this, _g.InChannels);
    }

    public void Run(int begin, int end, int worker)
    {
        for (int channel = begin; channel < end; channel++)
        {
            new Span<T>(_weights + channel * _g.KernelArea, _g.KernelArea).Clear();
            for (int block = 0; block < _blocks; block++)
            {
                for (int band = 0; band < _bands.Parts; band++)
                    Add(block, channel, band, worker);
            }
            if (_biases != null)
            {
                _biases[channel] =
                    LaneSum<T, TV, S>.SumPlanes(_gradient, _blocks, _g.InChannels, channel, _g.OutHeight * _g.OutWidth);
            }
        }
    }

    public void Dispose()
    {
        _padded?.Dispose();
        _pixels.Dispose();
        _kernelTaps.Dispose();
    }

    /// <summary>Adds the products of a band of a plane.</summary>
    private void Add(int block, int channel, int band, int worker)
    {
        nint plane = (nint)block * _g.InChannels + channel;
        T* image = _images + plane * _g.Height * _g.Width * S.Lanes;
        int top = _bands[band], rows = _bands[band + 1] - top;
        TileCall<T> call = new()
        {
            A = _padded is null ? image + (nint)top * _g.StrideH * _g.Width * S.Lanes : Pad(image, top, rows, worker),
            B = _gradient + (plane * _g.OutHeight + top) * _g.OutWidth * S.Lanes,
            C = _weights + channel * _g.KernelArea,
            Taps = _pixels.Pointer,
            TapCount = rows * _g.OutWidth,
            Steps = 1,
        };
        for (int part = 0; part < _tapTiles.Parts; part++)
        {
            call.Rows = _kernelTaps.Pointer + _tapTiles[part];
            TileTable<T, TV, S, LaneSumTile<T, TV, S>>.Get(_tapTiles[part + 1] - _tapTiles[part], 1)(&call);
        }
    }

    /// <summary>A band's rows of the image with zeros around it.</summary>
    private T* Pad(T* image, int top, int rows, int worker)
    {
        nint pitch = (nint)_paddedWidth * S.Lanes;
        T* padded = _padded!.Pointer + worker * _bandHeight * pitch;
        int first = top * _g.StrideH - _g.PadH, height = (rows - 1) * _g.StrideH + (_g.KernelH - 1) * _g.DilationH + 1;
        int copied = Math.Clamp(_paddedWidth - _g.PadW, 0, _g.Width) * S.Lanes;
        for (int y = 0; y < height; y++)
        {
            Span<T> row = new(padded + y * pitch, (int)pitch);
            row.Clear();
            if ((uint)(first + y) < (uint)_g.Height && copied > 0)
                new Span<T>(image + (nint)(first + y) * _g.Width * S.Lanes, copied).CopyTo(row[(_g.PadW * S.Lanes)..]);
        }
        return padded;
    }
}
