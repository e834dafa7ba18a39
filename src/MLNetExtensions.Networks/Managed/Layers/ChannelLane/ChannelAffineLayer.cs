using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>(x − mean)·scale + shift with constants of each channel: <see cref="Normalize"/>, and a <see cref="BatchNorm"/> that
/// no convolution took in.</summary>
internal sealed unsafe class ChannelAffineLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>For each vector of channels, mean, scale and shift.</summary>
    private readonly NativeBuffer<T> _constants;
    private readonly int _plane;

    private ChannelAffineLayer(LayerContext<T> context, Func<int, (double Mean, double Scale, double Shift)> constants)
        : base(context)
    {
        int channels = context.Output.Channels;
        _plane = context.Output.SpatialSize;
        _constants = new((channels + S.Lanes - 1) / S.Lanes * 3L * S.Lanes);
        for (int c = 0; c < channels; c++)
        {
            (double mean, double scale, double shift) = constants(c);
            T* place = _constants.Pointer + c / S.Lanes * 3 * S.Lanes + c % S.Lanes;
            place[0] = T.CreateTruncating(mean);
            place[S.Lanes] = T.CreateTruncating(scale);
            place[2 * S.Lanes] = T.CreateTruncating(shift);
        }
    }

    public override bool RunsInPlace => true;

    public static ChannelAffineLayer<T, TV, S> Create(LayerContext<T> context, Normalize layer) =>
        new(context, c => (layer.Mean[c % layer.Mean.Length], 1.0 / layer.StandardDeviation[c % layer.Mean.Length], 0));

    public static ChannelAffineLayer<T, TV, S> Create(LayerContext<T> context, BatchNorm layer)
    {
        return new(context, c => (
            Value("running_mean", c, 0), Value("weight", c, 1) / Math.Sqrt(Value("running_var", c, 1) + layer.Epsilon),
                Value("bias", c, 0)));

        double Value(string name, int channel, double otherwise) =>
            context.Parameter(name) is { } slot ? double.CreateTruncating(context.Store.Values[slot.Offset + channel])
                : otherwise;
    }

    public override void Forward(Pass<T> pass)
    {
        T* source = Inputs[0].Data, target = Output.Data;
        for (T* constants = _constants.Pointer, end = constants + _constants.Length; constants < end; constants += 3 * S.Lanes)
        {
            TV mean = S.Load(constants), scale = S.Load(constants + S.Lanes), shift = S.Load(constants + 2 * S.Lanes);
            for (int p = 0; p < _plane; p++, source += S.Lanes, target += S.Lanes)
                S.Store(target, S.MultiplyAdd(S.Subtract(S.Load(source), mean), scale, shift));
        }
    }

    public override void Dispose() => _constants.Dispose();
}
