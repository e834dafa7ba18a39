using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="GroupNorm"/> or <see cref="InstanceNorm"/> of one example. Channels are summed side by side, then the
/// groups' sums taken from theirs.</summary>
internal sealed unsafe class ChannelGroupNormLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _groups, _channels, _vectors, _plane;
    private readonly double _epsilon;

    /// <summary>Of each channel: weight, bias, its group's mean, and its group's sum of squares, later what it is scaled
    /// by.</summary>
    private readonly NativeBuffer<T> _weight, _bias, _mean, _scale;

    public ChannelGroupNormLayer(LayerContext<T> context, int groups, double epsilon, int vectors)
        : base(context)
    {
        (_groups, _channels, _vectors, _plane) = (groups, context.Output.Channels, vectors, context.Output.SpatialSize);
        _epsilon = epsilon;
        long length = (long)vectors * S.Lanes;
        (_weight, _bias, _mean, _scale) = (new(length), new(length), new(length), new(length));
        _weight.Span.Fill(T.One);
        if (context.Parameter("weight") is not null)
        {
            context.Store[$"{context.Node.Name}.weight"].CopyTo(_weight.Span);
            context.Store[$"{context.Node.Name}.bias"].CopyTo(_bias.Span);
        }
    }

    public override bool RunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        T* source = Inputs[0].Data, target = Output.Data;
        for (int v = 0; v < _vectors; v++)
            S.Store(_mean.Pointer + v * S.Lanes, Sum(source + (nint)v * _plane * S.Lanes));
        Average(_mean.Span);
        for (int v = 0; v < _vectors; v++)
        {
            T* values = source + (nint)v * _plane * S.Lanes;
            S.Store(_scale.Pointer + v * S.Lanes, SumOfSquares(values, S.Load(_mean.Pointer + v * S.Lanes)));
        }
        Average(_scale.Span);
        for (int c = 0; c < _channels; c++)
            _scale.Pointer[c] = _weight.Pointer[c] / T.Sqrt(_scale.Pointer[c] + T.CreateTruncating(_epsilon));
        for (int v = 0; v < _vectors; v++)
        {
            TV mean = S.Load(_mean.Pointer + v * S.Lanes), scale = S.Load(_scale.Pointer + v * S.Lanes);
            TV bias = S.Load(_bias.Pointer + v * S.Lanes);
            for (int p = 0; p < _plane; p++, source += S.Lanes, target += S.Lanes)
                S.Store(target, S.MultiplyAdd(S.Subtract(S.Load(source), mean), scale, bias));
        }
    }

    public override void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
        _mean.Dispose();
        _scale.Dispose();
    }

    private TV Sum(T* values)
    {
        TV sum = S.Zero;
        for (int p = 0; p < _plane; p++, values += S.Lanes)
            sum = S.Add(sum, S.Load(values));
        return sum;
    }

    private TV SumOfSquares(T* values, TV mean)
    {
        TV sum = S.Zero;
        for (int p = 0; p < _plane; p++, values += S.Lanes)
        {
            TV deviation = S.Subtract(S.Load(values), mean);
            sum = S.MultiplyAdd(deviation, deviation, sum);
        }
        return sum;
    }

    /// <summary>Puts in place of each channel's sum the mean of its group.</summary>
    private void Average(Span<T> sums)
    {
        int size = _channels / _groups;
        T share = T.CreateTruncating(1.0 / ((double)size * _plane));
        for (int group = 0; group < _groups; group++)
        {
            Span<T> part = sums.Slice(group * size, size);
            part.Fill(share * System.Numerics.Tensors.TensorPrimitives.Sum<T>(part));
        }
    }
}
