using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of a convolution's weights and biases, batch-lane, when most numbers of the output's gradient are zero, as before
/// a maximum over time, which gives all to one place of many: a weight's sum is over the windows of the others only.
/// </summary>
/// <remarks>Images are transposed to <see cref="ExampleWindows{T,TV,S}"/>, since the numbers lie elsewhere in each example: some
/// blocks at a time, as many on every machine. An output channel is an item; its sum goes over the examples and places in their
/// order.</remarks>
internal sealed unsafe class SparseWeightGradient<T, TV, S> : IWeightGradient<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>Windows that are listed before they are added up, for each vector of weights one after the other.</summary>
    private const int MostListed = 256;

    private readonly ConvGeometry _g;
    private readonly ExampleWindows<T, TV, S> _windows;
    private readonly WorkerPool _pool;
    private readonly Scratch<T> _scratch;
    private readonly int _mostBlocks;
    private readonly ItemWork _transposition, _addition, _finishing;

    private T* _images, _examples, _sums, _gradient, _weights, _biases;
    private int _first, _blocks;

    public SparseWeightGradient(in ConvGeometry geometry, WorkerPool pool, Scratch<T> scratch)
    {
        (_g, _windows, _pool, _scratch) = (geometry, new(geometry), pool, scratch);
        long blockBytes = (long)S.Lanes * _windows.Length * sizeof(T);
        _mostBlocks = (int)Math.Max(1, Blocking.SumChunkBytes / blockBytes);
        (_transposition, _addition, _finishing) = (new(TransposePlace), new(Add), new(Write));
    }

    public void Run(T* x, T* dy, T* dw, T* dbOrNull, int blockCount)
    {
        _images = x;
        _gradient = dy;
        _weights = dw;
        _biases = dbOrNull;
        Split parts = Split.ByMost(blockCount, _mostBlocks);
        long sums = (long)_g.OutChannels * _windows.KernelLength;
        _sums = _scratch.Take(sums + (long)Math.Min(blockCount, _mostBlocks) * S.Lanes * _windows.Length);
        _examples = _sums + sums;
        for (int part = 0; part < parts.Parts; part++)
        {
            (_first, _blocks) = (parts[part], parts[part + 1] - parts[part]);
            _pool.Run(_transposition, checked(_blocks * _windows.Places));
            _pool.Run(_addition, _g.OutChannels);
        }
        _pool.Run(_finishing, _g.OutChannels);
    }

    public void Dispose()
    {
    }

    private void TransposePlace(int item)
    {
        (int block, int place) = int.DivRem(item, _windows.Places);
        _windows.FromImage(
            _images + ((nint)_first + block) * _g.InChannels * _g.Height * _g.Width * S.Lanes, place,
            _examples + (nint)block * S.Lanes * _windows.Length);
    }

    /// <summary>Adds the blocks' gradients of an output channel.</summary>
    [SkipLocalsInit]
    private void Add(int output)
    {
        WindowGradient<T>* list = stackalloc WindowGradient<T>[MostListed];
        int pixels = _g.OutHeight * _g.OutWidth, listed = 0;
        T* sums = _sums + (nint)output * _windows.KernelLength;
        if (_first == 0)
            new Span<T>(sums, _windows.KernelLength).Clear();
        T bias = T.Zero;
        for (int block = 0; block < _blocks; block++)
        {
            T* gradient = _gradient + (((nint)_first + block) * _g.OutChannels + output) * pixels * S.Lanes;
            nint examples = (nint)block * S.Lanes * _windows.Length;
            for (int pixel = 0; pixel < pixels; pixel++, gradient += S.Lanes)
            {
                if (listed > MostListed - S.Lanes)
                {
                    bias += Add(list, listed, sums);
                    listed = 0;
                }
                for (uint lanes = S.NonZeroLanes(S.Load(gradient)); lanes != 0; lanes &= lanes - 1)
                {
                    int lane = BitOperations.TrailingZeroCount(lanes);
                    list[listed++] = new(examples + (nint)lane * _windows.Length + _windows.Start(pixel), output, gradient[lane]);
                }
            }
        }
        bias += Add(list, listed, sums);
        if (_biases != null)
            _biases[output] = _first == 0 ? bias : _biases[output] + bias;
    }

    /// <summary>Writes the weights' gradients of an output channel.</summary>
    private void Write(int output)
    {
        T* sums = _sums + (nint)output * _windows.KernelLength;
        T* weights = _weights + (nint)output * _g.InChannels * _g.KernelArea;
        for (int c = 0; c < _g.InChannels; c++)
        {
            for (int tap = 0; tap < _g.KernelArea; tap++)
                *weights++ = sums[tap * _windows.Pitch + c];
        }
    }

    /// <summary>Adds windows times their numbers.</summary>
    /// <returns>The sum of the numbers.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private T Add(WindowGradient<T>* list, int count, T* sums)
    {
        T total = T.Zero;
        for (int i = 0; i < count; i++)
            total += list[i].Value;
        foreach ((int offset, int length) in _windows.Runs)
        {
            T* from = _examples + offset;
            int at = 0;
            for (; at + 8 * S.Lanes <= length; at += 8 * S.Lanes, sums += 8 * S.Lanes)
                AddEight(list, count, from + at, sums);
            for (; at < length; at += S.Lanes, sums += S.Lanes)
            {
                TV sum = S.Load(sums);
                for (int i = 0; i < count; i++)
                    sum = S.MultiplyAdd(S.Broadcast(list[i].Value), S.Load(from + at + list[i].Window), sum);
                S.Store(sums, sum);
            }
        }
        return total;
    }

    /// <summary>Eight vectors of weights: one sum would wait for itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddEight(WindowGradient<T>* list, int count, T* from, T* sums)
    {
        TV s0 = S.Load(sums), s1 = S.Load(sums + S.Lanes), s2 = S.Load(sums + 2 * S.Lanes), s3 = S.Load(sums + 3 * S.Lanes);
        TV s4 = S.Load(sums + 4 * S.Lanes), s5 = S.Load(sums + 5 * S.Lanes);
        TV s6 = S.Load(sums + 6 * S.Lanes), s7 = S.Load(sums + 7 * S.Lanes);
        for (WindowGradient<T>* end = list + count; list < end; list++)
        {
            TV value = S.Broadcast(list->Value);
            T* window = from + list->Window;
            s0 = S.MultiplyAdd(value, S.Load(window), s0);
            s1 = S.MultiplyAdd(value, S.Load(window + S.Lanes), s1);
            s2 = S.MultiplyAdd(value, S.Load(window + 2 * S.Lanes), s2);
            s3 = S.MultiplyAdd(value, S.Load(window + 3 * S.Lanes), s3);
            s4 = S.MultiplyAdd(value, S.Load(window + 4 * S.Lanes), s4);
            s5 = S.MultiplyAdd(value, S.Load(window + 5 * S.Lanes), s5);
            s6 = S.MultiplyAdd(value, S.Load(window + 6 * S.Lanes), s6);
            s7 = S.MultiplyAdd(value, S.Load(window + 7 * S.Lanes), s7);
        }
        S.Store(sums, s0);
        S.Store(sums + S.Lanes, s1);
        S.Store(sums + 2 * S.Lanes, s2);
        S.Store(sums + 3 * S.Lanes, s3);
        S.Store(sums + 4 * S.Lanes, s4);
        S.Store(sums + 5 * S.Lanes, s5);
        S.Store(sums + 6 * S.Lanes, s6);
        S.Store(sums + 7 * S.Lanes, s7);
    }
}
