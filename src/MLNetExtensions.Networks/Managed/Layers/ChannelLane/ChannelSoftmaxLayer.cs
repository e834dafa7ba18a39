using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="Softmax"/> layer for one example.</summary>
internal sealed unsafe class ChannelSoftmaxLayer<T, TV, S>(LayerContext<T> context) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly ChannelMask<T, TV, S> _mask = new(context.Output.Channels);
    private readonly int _channels = context.Output.Channels, _plane = context.Output.SpatialSize;

    public override bool RunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        nint step = (nint)_plane * S.Lanes;
        for (int p = 0; p < _plane; p++)
        {
            T* source = Inputs[0].Data + (nint)p * S.Lanes, target = Output.Data + (nint)p * S.Lanes;
            T largest = source[0];
            for (int c = 1; c < _channels; c++)
            {
                T value = source[c / S.Lanes * step + c % S.Lanes];
                // A NaN stays the largest, as in the layer for batches.
                largest = value <= largest ? largest : value;
            }
            TV sum = S.Zero, shift = S.Broadcast(largest);
            for (int v = 0; v < _mask.Vectors; v++)
            {
                TV exponential = _mask.Apply(v, S.Exp(S.Subtract(S.Load(source + v * step), shift)), S.Zero);
                S.Store(target + v * step, exponential);
                sum = S.Add(sum, exponential);
            }
            TV factor = S.Broadcast(T.One / S.Sum(sum));
            for (int v = 0; v < _mask.Vectors; v++)
                S.Store(target + v * step, S.Multiply(factor, S.Load(target + v * step)));
        }
    }

    public override void Dispose() => _mask.Dispose();
}
