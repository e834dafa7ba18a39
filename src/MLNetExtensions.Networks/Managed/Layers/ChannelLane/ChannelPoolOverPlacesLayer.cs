using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary><see cref="PoolOverTime"/> over the first dimension of one example, whose places lie side by side.</summary>
internal sealed unsafe class ChannelPoolOverPlacesLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly TimePooling _mode;

    /// <summary>Steps, vectors of them, and values of a step.</summary>
    private readonly int _length, _vectors, _size;

    /// <summary>Where each value of the result lies.</summary>
    private readonly int[] _targets;

    /// <summary>One for each step that counts, zero for the others and for padding.</summary>
    private readonly NativeBuffer<T> _counts;

    /// <summary>Room for a vector.</summary>
    private readonly NativeBuffer<T> _lanes = new(S.Lanes);

    public ChannelPoolOverPlacesLayer(LayerContext<T> context, TimePooling mode)
        : base(context)
    {
        (_mode, _length, _size) = (mode, context.Inputs[0].Channels, context.Inputs[0].SpatialSize);
        _vectors = (_length + S.Lanes - 1) / S.Lanes;
        int plane = context.Output.SpatialSize;
        _targets = [.. Enumerable.Range(0, _size).Select(value =>
            (value / plane / S.Lanes * plane + value % plane) * S.Lanes + value / plane % S.Lanes)];
        _counts = new((long)_vectors * S.Lanes);
        _counts.Span[.._length].Fill(T.One);
    }

    public override void Forward(Pass<T> pass)
    {
        if (Inputs.Length > 1)
        {
            for (int step = 0; step < _length; step++)
                _counts.Pointer[step] = Inputs[1].Data[step] > T.Zero ? T.One : T.Zero;
        }
        int last = _counts.Span.LastIndexOf(T.One);
        if (last < 0)
        {
            foreach (int target in _targets)
                Output.Data[target] = T.Zero;
            return;
        }
        T share = _mode == TimePooling.Mean ? T.One / T.CreateTruncating(_counts.Span.Count(T.One)) : T.One;
        for (int value = 0; value < _size; value++)
        {
            T* steps = Inputs[0].Data + (nint)value * S.Lanes;
            Output.Data[_targets[value]] = _mode switch
            {
                TimePooling.Max => Largest(steps),
                TimePooling.Mean => share * Sum(steps),
                _ => steps[(nint)(last / S.Lanes) * _size * S.Lanes + last % S.Lanes],
            };
        }
    }

    public override void Dispose()
    {
        _counts.Dispose();
        _lanes.Dispose();
    }

    private T Sum(T* steps)
    {
        TV sum = S.Zero;
        for (int vector = 0; vector < _vectors; vector++)
            sum = S.Add(sum, S.Select(Counts(vector), S.Load(steps + (nint)vector * _size * S.Lanes), S.Zero));
        return S.Sum(sum);
    }

    /// <summary>A value that is no number is the largest, as in the layer for batches.</summary>
    private T Largest(T* steps)
    {
        TV largest = S.Broadcast(T.NegativeInfinity);
        for (int vector = 0; vector < _vectors; vector++)
        {
            TV value = S.Load(steps + (nint)vector * _size * S.Lanes);
            TV larger = S.Select(S.AreEqual(largest, largest), S.Max(largest, value), largest);
            largest = S.Select(Counts(vector), larger, largest);
        }
        S.Store(_lanes.Pointer, largest);
        T result = _lanes.Pointer[0];
        for (int lane = 1; lane < S.Lanes; lane++)
            result = T.Max(result, _lanes.Pointer[lane]);
        return result;
    }

    private TV Counts(int vector) => S.GreaterThan(S.Load(_counts.Pointer + (nint)vector * S.Lanes), S.Zero);
}
