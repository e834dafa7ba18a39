using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of a convolution's input, batch-lane, when most numbers of the output's gradient are zero: each of the others
/// adds the weights of its output channel to its window.
/// </summary>
/// <remarks>The sums are taken in <see cref="ExampleWindows{T,TV,S}"/>, of some blocks of examples at a time. An item is an
/// example; its numbers are listed, then added in the order of output channels and places.</remarks>
internal sealed unsafe class SparseDataGradient<T, TV, S>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly ConvGeometry _g;
    private readonly ExampleWindows<T, TV, S> _windows;
    private readonly WorkerPool _pool;
    private readonly Scratch<T> _scratch;
    private readonly Split _chunks;
    private readonly int _mostBlocks, _mostListed;
    private readonly int[] _listed;
    private readonly ItemWork _packing, _listing, _addition, _transposition;

    private T* _gradient, _weights, _kernels, _examples, _target;
    private WindowGradient<T>* _lists;
    private int _chunk;

    public SparseDataGradient(in ConvGeometry geometry, int maxBlocks, WorkerPool pool, Scratch<T> scratch)
    {
        (_g, _windows, _pool, _scratch) = (geometry, new(geometry), pool, scratch);
        int pixels = _g.OutHeight * _g.OutWidth;
        _chunks = Split.ByMost(_g.OutChannels, Math.Max(1, Blocking.ListedGradients / pixels));
        _mostListed = checked((_g.OutChannels + _chunks.Parts - 1) / _chunks.Parts * pixels);

        // A block is listed by one thread: enough of them for all, though they take more.
        long blockBytes = (long)S.Lanes * _windows.Length * sizeof(T);
        _mostBlocks = (int)Math.Min(Math.Max(Blocking.SumChunkBytes / blockBytes, pool.Threads), maxBlocks);
        _listed = new int[_mostBlocks * S.Lanes];
        (_packing, _listing, _addition, _transposition) = (new(Pack), new(List), new(Add), new(TransposePixel));
    }

    /// <summary>Overwrites <paramref name="dx"/>.</summary>
    public void Run(T* dy, T* w, T* dx, int blocks)
    {
        Split parts = Split.ByMost(blocks, _mostBlocks);
        long most = (long)Math.Min(blocks, _mostBlocks) * S.Lanes, kernels = (long)_g.OutChannels * _windows.KernelLength;
        long lists = most * _mostListed * sizeof(WindowGradient<T>) / sizeof(T);
        _lists = (WindowGradient<T>*)_scratch.Take(lists + kernels + most * _windows.Length);
        _kernels = (T*)_lists + lists;
        _examples = _kernels + kernels;
        _weights = w;
        _pool.Run(_packing, _g.OutChannels);
        for (int part = 0; part < parts.Parts; part++)
        {
            (int first, int count) = (parts[part], parts[part + 1] - parts[part]);
            _gradient = dy + (nint)first * _g.OutChannels * _g.OutHeight * _g.OutWidth * S.Lanes;
            _target = dx + (nint)first * _g.InChannels * _g.Height * _g.Width * S.Lanes;
            for (_chunk = 0; _chunk < _chunks.Parts; _chunk++)
            {
                _pool.Run(_listing, count);
                _pool.Run(_addition, count * S.Lanes);
            }
            _pool.Run(_transposition, checked(count * _g.Height * _g.Width));
        }
    }

    /// <summary>The weights of an output channel as they are added to a window.</summary>
    private void Pack(int output)
    {
        T* from = _weights + (nint)output * _g.InChannels * _g.KernelArea;
        T* to = _kernels + (nint)output * _windows.KernelLength;
        for (int tap = 0; tap < _g.KernelArea; tap++, to += _windows.Pitch)
        {
            for (int c = 0; c < _g.InChannels; c++)
                to[c] = from[c * _g.KernelArea + tap];
            new Span<T>(to + _g.InChannels, _windows.Pitch - _g.InChannels).Clear();
        }
    }

    /// <summary>Lists the numbers, in the chunk of output channels, of each of V examples.</summary>
    private void List(int block)
    {
        int pixels = _g.OutHeight * _g.OutWidth;
        WindowGradient<T>* lists = _lists + (nint)block * S.Lanes * _mostListed;
        Span<int> listed = _listed.AsSpan(block * S.Lanes, S.Lanes);
        listed.Clear();
        T* gradient = _gradient + ((nint)block * _g.OutChannels + _chunks[_chunk]) * pixels * S.Lanes;
        for (int output = _chunks[_chunk]; output < _chunks[_chunk + 1]; output++)
        {
            for (int pixel = 0; pixel < pixels; pixel++, gradient += S.Lanes)
            {
                for (uint lanes = S.NonZeroLanes(S.Load(gradient)); lanes != 0; lanes &= lanes - 1)
                {
                    int lane = BitOperations.TrailingZeroCount(lanes);
                    lists[(nint)lane * _mostListed + listed[lane]++] = new(_windows.Start(pixel), output, gradient[lane]);
                }
            }
        }
    }

    /// <summary>Adds those of an example.</summary>
    private void Add(int item)
    {
        T* example = _examples + (nint)item * _windows.Length;
        if (_chunk == 0)
            new Span<T>(example, _windows.Length).Clear();
        WindowGradient<T>* list = _lists + (nint)item * _mostListed;
        for (WindowGradient<T>* end = list + _listed[item]; list < end; list++)
            Add(list->Value, _kernels + (nint)list->Output * _windows.KernelLength, example + list->Window);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(T value, T* kernel, T* window)
    {
        TV factor = S.Broadcast(value);
        foreach ((int offset, int length) in _windows.Runs)
        {
            T* to = window + offset;
            int at = 0;
            for (; at + 4 * S.Lanes <= length; at += 4 * S.Lanes)
            {
                T* k = kernel + at, t = to + at;
                S.Store(t, S.MultiplyAdd(factor, S.Load(k), S.Load(t)));
                S.Store(t + S.Lanes, S.MultiplyAdd(factor, S.Load(k + S.Lanes), S.Load(t + S.Lanes)));
                S.Store(t + 2 * S.Lanes, S.MultiplyAdd(factor, S.Load(k + 2 * S.Lanes), S.Load(t + 2 * S.Lanes)));
                S.Store(t + 3 * S.Lanes, S.MultiplyAdd(factor, S.Load(k + 3 * S.Lanes), S.Load(t + 3 * S.Lanes)));
            }
            for (; at < length; at += S.Lanes)
                S.Store(to + at, S.MultiplyAdd(factor, S.Load(kernel + at), S.Load(to + at)));
            kernel += length;
        }
    }

    private void TransposePixel(int item)
    {
        (int block, int pixel) = int.DivRem(item, _g.Height * _g.Width);
        _windows.ToImage(
            _examples + (nint)block * S.Lanes * _windows.Length, pixel,
            _target + (nint)block * _g.InChannels * _g.Height * _g.Width * S.Lanes);
    }
}
