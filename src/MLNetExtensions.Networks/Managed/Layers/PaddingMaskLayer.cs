using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="PaddingMask"/>
internal sealed unsafe class PaddingMaskLayer<T, TV, S>(LayerContext<T> context, PaddingMask layer) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public override bool IsDifferentiable => false;

    public override bool RunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        T* source = Inputs[0].Data, target = Output.Data;
        TV padding = S.Broadcast(T.CreateTruncating(layer.PaddingIndex)), one = S.Broadcast(T.One);
        for (long i = 0, length = Output.BlockLength * pass.Blocks; i < length; i += S.Lanes)
            S.Store(target + i, S.Select(S.AreEqual(S.Load(source + i), padding), S.Zero, one));
    }
}
