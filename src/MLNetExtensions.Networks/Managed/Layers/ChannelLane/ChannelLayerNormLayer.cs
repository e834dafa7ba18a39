using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="LayerNorm"/> over all of one example.</summary>
internal sealed unsafe class ChannelLayerNormLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly ChannelMask<T, TV, S> _mask;

    /// <summary>Weight and bias, laid out as the input.</summary>
    private readonly NativeBuffer<T> _weight, _bias;
    private readonly int _plane;
    private readonly T _sizeInverse, _epsilon;

    public ChannelLayerNormLayer(LayerContext<T> context, LayerNorm layer)
        : base(context)
    {
        TensorShape shape = context.Output;
        _mask = new(shape.Channels);
        _plane = shape.SpatialSize;
        (_sizeInverse, _epsilon) = (T.CreateTruncating(1.0 / shape.Size), T.CreateTruncating(layer.Epsilon));
        (_weight, _bias) = (new((long)_mask.Vectors * _plane * S.Lanes), new((long)_mask.Vectors * _plane * S.Lanes));
        LayoutConversion<T> layout = context.Kernels.Layout(context.Pool);
        if (context.Parameter("weight") is { } weight)
        {
            layout.ToChannelLane(context.Store.Values + weight.Offset, shape.Channels, _plane, _weight.Pointer);
            layout.ToChannelLane(context.Store.Values + context.Parameter("bias")!.Offset, shape.Channels, _plane, _bias.Pointer);
        }
        else
        {
            _weight.Span.Fill(T.One);
        }
    }

    public override bool RunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        T* source = Inputs[0].Data, target = Output.Data;
        long length = _weight.Length;
        TV sum = S.Zero, squares = S.Zero;
        for (long i = 0; i < length; i += S.Lanes)
            sum = S.Add(sum, _mask.Apply(Vector(i), S.Load(source + i), S.Zero));
        TV mean = S.Broadcast(S.Sum(sum) * _sizeInverse);
        for (long i = 0; i < length; i += S.Lanes)
        {
            TV deviation = _mask.Apply(Vector(i), S.Subtract(S.Load(source + i), mean), S.Zero);
            squares = S.MultiplyAdd(deviation, deviation, squares);
        }
        TV scale = S.Broadcast(T.One / T.Sqrt(S.Sum(squares) * _sizeInverse + _epsilon));
        for (long i = 0; i < length; i += S.Lanes)
        {
            TV value = S.Multiply(S.Subtract(S.Load(source + i), mean), scale);
            S.Store(target + i, S.MultiplyAdd(value, S.Load(_weight.Pointer + i), S.Load(_bias.Pointer + i)));
        }
    }

    public override void Dispose()
    {
        _mask.Dispose();
        _weight.Dispose();
        _bias.Dispose();
    }

    private int Vector(long index) => (int)(index / S.Lanes / _plane);
}
