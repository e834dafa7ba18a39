using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="PReLU"/> layer for one example.</summary>
internal sealed unsafe class ChannelPReLULayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _plane;

    /// <summary>The slopes, side by side as the channels.</summary>
    private readonly NativeBuffer<T> _slopes;

    public ChannelPReLULayer(LayerContext<T> context, int vectors)
        : base(context)
    {
        _plane = context.Output.SpatialSize;
        _slopes = new((long)vectors * S.Lanes);
        Span<T> slopes = context.Store[$"{context.Node.Name}.weight"];
        if (slopes.Length > 1)
            slopes.CopyTo(_slopes.Span);
        else
            _slopes.Span.Fill(slopes[0]);
    }

    public override bool RunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        T* source = Inputs[0].Data, target = Output.Data;
        for (T* slopes = _slopes.Pointer, end = slopes + _slopes.Length; slopes < end; slopes += S.Lanes)
        {
            TV slope = S.Load(slopes);
            for (int p = 0; p < _plane; p++, source += S.Lanes, target += S.Lanes)
            {
                TV x = S.Load(source);
                S.Store(target, S.Select(S.GreaterThan(x, S.Zero), x, S.Multiply(slope, x)));
            }
        }
    }

    public override void Dispose() => _slopes.Dispose();
}
