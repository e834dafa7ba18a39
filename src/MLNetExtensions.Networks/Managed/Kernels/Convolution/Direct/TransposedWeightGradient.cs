using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of the weights and biases of a convolution of many channels, batch-lane, as one matrix product per tap of the
/// kernel: <c>dW[tap] = dy [out × (pixels · V)] · x [(pixels · V) × in]</c>. Gradients are read where they are.
/// </summary>
internal sealed unsafe class TransposedWeightGradient<T, TV, S> : MatrixWeightGradient<T, TV, S>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _chunkBlocks;
    private readonly int _chunkPanels;
    private readonly Split _tileGroups;
    private readonly (int First, int Count)[] _validRows;
    private readonly (int First, int Count)[] _validColumns;
    private readonly NativeBuffer<Tap> _taps;
    private readonly ItemWork _transposition;
    private readonly ItemWork _multiplication;

    private T* _transposed;

    /// <summary>The chunk's blocks of images.</summary>
    private (int First, int Count) _blocks;

    /// <summary>The chunk's panels of their channels.</summary>
    private (int First, int Count) _panels;

    public TransposedWeightGradient(
        in ConvGeometry geometry, int maxBlocks, WorkerPool pool, Scratch<T> scratch, Blocking blocking)
        : base(geometry, geometry.KernelArea, (nint)geometry.OutHeight * geometry.OutWidth * S.Lanes, pool, scratch)
    {
        ConvGeometry g = geometry;
        int wanted = (int)Math.Max(1, blocking.TransposedBytes / (PanelSize * sizeof(T)));
        _chunkPanels = Math.Min(wanted, Panels.Parts);
        _chunkBlocks = Math.Min(Math.Max(1, wanted / Panels.Parts), maxBlocks);
        _tileGroups = Split.ByMost(OutTiles.Parts, Blocking.TransposedTiles);
        _taps = new NativeBuffer<Tap>(g.OutWidth * S.Lanes);
        for (int i = 0; i < _taps.Length; i++)
        {
            (int x, int lane) = Math.DivRem(i, S.Lanes);
            _taps.Pointer[i] = new Tap(i, checked((int)((x * g.StrideW * S.Lanes + lane) * PanelPitch)));
        }
        _validRows = Valid(g.KernelH, g.OutHeight, g.Height, g.StrideH, g.DilationH, g.PadH);
        _validColumns = Valid(g.KernelW, g.OutWidth, g.Width, g.StrideW, g.DilationW, g.PadW);
        _transposition = new ItemWork(TransposeRow);
        _multiplication = new ItemWork(Multiply);
    }

    protected override nint ChunkLength => _chunkBlocks * _chunkPanels * PanelSize;

    private nint PanelSize => (nint)Geometry.Height * Geometry.Width * S.Lanes * PanelPitch;

    public override void Dispose()
    {
        base.Dispose();
        _taps.Dispose();
    }

    protected override void AddChunks(WorkerPool pool, T* room)
    {
        _transposed = room;
        Split blockChunks = Split.ByMost(Blocks, _chunkBlocks);
        Split panelChunks = Split.ByMost(Panels.Parts, _chunkPanels);
        for (int i = 0; i < blockChunks.Parts; i++)
        {
            _blocks = (blockChunks[i], blockChunks[i + 1] - blockChunks[i]);
            for (int j = 0; j < panelChunks.Parts; j++)
            {
                _panels = (panelChunks[j], panelChunks[j + 1] - panelChunks[j]);
                pool.Run(_transposition, _blocks.Count * _panels.Count * Geometry.Height);
                pool.Run(_multiplication, Geometry.KernelArea * _panels.Count * _tileGroups.Parts);
            }
        }
    }

    protected override void Write(T* sum, nint step, T* kernels)
    {
        (int area, int channels) = (Geometry.KernelArea, Geometry.InChannels);
        for (int tap = 0; tap < area; tap++, sum += step)
        {
            for (int c = 0; c < channels; c++)
                kernels[c * area + tap] = sum[c];
        }
    }

    /// <summary>For each tap of an axis the outputs for which it reads inside the image.</summary>
    private static (int First, int Count)[] Valid(int kernel, int output, int input, int stride, int dilation, int pad) =>
    [
        .. Enumerable.Range(0, kernel).Select(tap =>
        {
            List<int> inside = Enumerable.Range(0, output)
                .Where(i => (uint)(i * stride + tap * dilation - pad) < (uint)input).ToList();
            return inside.Count == 0 ? (0, 0) : (inside[0], inside.Count);
        }),
    ];

    /// <summary>Where a panel of a block of images, numbered within the chunk, is transposed to: [pixel][lane][in].</summary>
    private T* Panel(int block, int panel) => _transposed + ((nint)block * _chunkPanels + panel) * PanelSize;

    /// <summary>Transposes a row of one panel of one block.</summary>
    private void TransposeRow(int item)
    {
        (int rest, int y) = Math.DivRem(item, Geometry.Height);
        (int block, int panel) = Math.DivRem(rest, _panels.Count);
        T* to = Panel(block, panel) + (nint)y * Geometry.Width * S.Lanes * PanelPitch;
        for (int vector = Panels[_panels.First + panel]; vector < Panels[_panels.First + panel + 1]; vector++, to += S.Lanes)
            TransposeRow(_blocks.First + block, vector, y, to);
    }

    [SkipLocalsInit]
    private void TransposeRow(int block, int vector, int y, T* to)
    {
        ConvGeometry g = Geometry;
        nint plane = g.Height * g.Width * S.Lanes;
        int first = vector * S.Lanes;
        int channels = Math.Min(S.Lanes, g.InChannels - first);
        T* from = Images + ((nint)block * g.InChannels + first) * plane + (nint)y * g.Width * S.Lanes;
        TV* squareRoom = stackalloc TV[S.Lanes + 1];
        TV* square = Aligned.To(squareRoom);
        new Span<TV>(square, S.Lanes).Clear();
        for (int x = 0; x < g.Width; x++, from += S.Lanes, to += S.Lanes * PanelPitch)
        {
            if (channels == S.Lanes)
            {
                Transpose<T, TV, S>.Square(from, plane, to, PanelPitch);
                continue;
            }
            for (int c = 0; c < channels; c++)
                square[c] = S.Load(from + c * plane);
            Transpose<T, TV, S>.Square((T*)square, S.Lanes, to, PanelPitch);
        }
    }

    /// <summary>Adds the chunk to one panel of input channels and some tiles of output channels, for one tap of the
    /// kernel.</summary>
    private void Multiply(int item)
    {
        ConvGeometry g = Geometry;
        (int rest, int group) = Math.DivRem(item, _tileGroups.Parts);
        (int tap, int panel) = Math.DivRem(rest, _panels.Count);
        (int ky, int kx) = Math.DivRem(tap, g.KernelW);
        ((int y, int height), (int x, int width)) = (_validRows[ky], _validColumns[kx]);
        (int top, int left) = (y * g.StrideH + ky * g.DilationH - g.PadH, kx * g.DilationW - g.PadW);
        TileCall<T> call = new()
        {
            Taps = _taps.Pointer + x * S.Lanes,
            TapCount = width * S.Lanes,
            Steps = height,
            AStep = g.OutWidth * S.Lanes,
            BStep = (nint)g.StrideH * g.Width * S.Lanes * PanelPitch,
        };
        for (int i = 0; i < _blocks.Count; i++)
        {
            int block = _blocks.First + i;
            call.A = Gradient + ((nint)block * g.OutChannels * g.OutHeight + y) * g.OutWidth * S.Lanes;
            call.B = Panel(i, panel) + ((nint)top * g.Width + left) * S.Lanes * PanelPitch;
            Multiply(call, tap, _panels.First + panel, _tileGroups[group].._tileGroups[group + 1], adds: block > 0);
        }
    }
}
