using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="SequenceMask"/> for one example, whose places lie side by side.</summary>
internal sealed unsafe class ChannelSequenceMaskLayer<T>(LayerContext<T> context, SequenceMask layer) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Forward(Pass<T> pass)
    {
        T length = *Inputs[0].Data;
        for (int place = 0; place < layer.MaxLength; place++)
            Output.Data[place] = length > T.CreateTruncating(place) ? T.One : T.Zero;
    }
}
