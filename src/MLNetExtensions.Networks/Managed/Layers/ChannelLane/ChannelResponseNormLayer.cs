using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="LocalResponseNorm"/> layer for one image.</summary>
internal sealed unsafe class ChannelResponseNormLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly LocalResponseNorm _layer;
    private readonly ChannelMask<T, TV, S> _mask;
    private readonly int _plane, _before;

    /// <summary>The squares of one pixel's channels, with zeros before and behind.</summary>
    private readonly NativeBuffer<T> _squares;

    public ChannelResponseNormLayer(LayerContext<T> context, LocalResponseNorm layer)
        : base(context)
    {
        (_layer, _mask, _plane, _before) = (layer, new(context.Output.Channels), context.Output.SpatialSize, layer.Size / 2);
        _squares = new((long)_mask.Vectors * S.Lanes + layer.Size);
    }

    public override bool RunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        nint step = (nint)_plane * S.Lanes;
        TV k = S.Broadcast(T.CreateTruncating(_layer.K)), share = S.Broadcast(T.CreateTruncating(_layer.Alpha / _layer.Size));
        TV exponent = S.Broadcast(T.CreateTruncating(-_layer.Beta));
        for (int p = 0; p < _plane; p++)
        {
            T* source = Inputs[0].Data + (nint)p * S.Lanes, target = Output.Data + (nint)p * S.Lanes;
            for (int v = 0; v < _mask.Vectors; v++)
            {
                TV value = S.Load(source + v * step);
                S.Store(_squares.Pointer + _before + v * S.Lanes, _mask.Apply(v, S.Multiply(value, value), S.Zero));
            }
            for (int v = 0; v < _mask.Vectors; v++)
            {
                TV sum = S.Zero;
                for (int i = 0; i < _layer.Size; i++)
                    sum = S.Add(sum, S.Load(_squares.Pointer + v * S.Lanes + i));
                TV power = S.Exp(S.Multiply(exponent, S.Log(S.MultiplyAdd(share, sum, k))));
                S.Store(target + v * step, S.Multiply(S.Load(source + v * step), power));
            }
        }
    }

    public override void Dispose()
    {
        _mask.Dispose();
        _squares.Dispose();
    }
}
