using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="SequenceMask"/>
internal sealed unsafe class SequenceMaskLayer<T, TV, S>(LayerContext<T> context, SequenceMask layer) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public override bool IsDifferentiable => false;

    public override void Forward(Pass<T> pass)
    {
        T* target = Output.Data;
        TV one = S.Broadcast(T.One);
        for (int block = 0; block < pass.Blocks; block++)
        {
            TV length = S.Load(Inputs[0].Data + block * S.Lanes);
            for (int place = 0; place < layer.MaxLength; place++, target += S.Lanes)
                S.Store(target, S.Select(S.GreaterThan(length, S.Broadcast(T.CreateTruncating(place))), one, S.Zero));
        }
    }
}
