using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of a convolution's input, batch-lane, when most numbers of the output's gradient are zero: each of the others adds
/// the weights of its output channel to its window.
/// </summary>
/// <remarks>The sums are taken in <see cref="ExampleWindows{T,TV,S}"/>, an item being an example, in the order of output channels
/// and places.</remarks>
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
    private readonly int _mostListed;
    private readonly int[] _listed;
    private readonly ItemWork _packing, _listing, _addition, _transposition;

    private T* _gradient, _weights, _kernels, _examples, _target;
    private WindowGradient<T>* _lists;
    private int _chunk;

    public SparseDataGradient(in ConvGeometry geometry, int maxBlocks, WorkerPool pool, Scratch<T> scratch)
    {
        (_g, _windows, _pool, _scratch, _listed) = (geometry, new(geometry), pool, scratch, new int[maxBlocks]);
        int channel = _g.OutHeight * _g.OutWidth * S.Lanes;
        _chunks = Split.ByMost(_g.OutChannels, Math.Max(1, Blocking.ListedGradients * S.Lanes / channel));
        _mostListed = checked((_g.OutChannels + _chunks.Parts - 1) / _chunks.Parts * channel);
        (_packing, _listing, _addition, _transposition) = (new(Pack), new(List), new(Add), new(TransposePixel));
    }

    /// <summary>Overwrites <paramref name="dx"/>.</summary>
    public void Run(T* dy, T* w, T* dx, int blocks)
    {
        _gradient = dy;
        _weights = w;
        _target = dx;
        long kernels = (long)_g.OutChannels * _windows.KernelLength, examples = (long)blocks * S.Lanes * _windows.Length;
        long lists = (long)blocks * _mostListed * sizeof(WindowGradient<T>) / sizeof(T);
        _lists = (WindowGradient<T>*)_scratch.Take(lists + kernels + examples);
        _kernels = (T*)_lists + lists;
        _examples = _kernels + kernels;
        _pool.Run(_packing, _g.OutChannels);
        for (_chunk = 0; _chunk < _chunks.Parts; _chunk++)
        {
            _pool.Run(_listing, blocks);
            _pool.Run(_addition, blocks * S.Lanes);
        }
        _pool.Run(_transposition, checked(blocks * _g.Height * _g.Width));
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

    /// <summary>Lists the numbers of V examples in the chunk of output channels.</summary>
    private void List(int block)
    {
        int pixels = _g.OutHeight * _g.OutWidth, listed = 0;
        WindowGradient<T>* list = _lists + (nint)block * _mostListed;
        T* gradient = _gradient + ((nint)block * _g.OutChannels + _chunks[_chunk]) * pixels * S.Lanes;
        for (int output = _chunks[_chunk]; output < _chunks[_chunk + 1]; output++)
        {
            for (int pixel = 0; pixel < pixels; pixel++, gradient += S.Lanes)
                listed += _windows.List(gradient, block, output, pixel, list + listed);
        }
        _listed[block] = listed;
    }

    /// <summary>Adds those of an example.</summary>
    private void Add(int item)
    {
        int block = item / S.Lanes;
        nint start = (nint)item * _windows.Length;
        if (_chunk == 0)
            new Span<T>(_examples + start, _windows.Length).Clear();
        WindowGradient<T>* list = _lists + (nint)block * _mostListed;
        for (int i = 0; i < _listed[block]; i++)
        {
            if ((nuint)(list[i].Window - start) < (nuint)_windows.Length)
                Add(list[i].Value, _kernels + (nint)list[i].Output * _windows.KernelLength, _examples + list[i].Window);
        }
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
