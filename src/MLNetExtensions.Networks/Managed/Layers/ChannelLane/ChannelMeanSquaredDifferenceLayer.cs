using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="MeanSquaredDifference"/> of one example.</summary>
internal sealed unsafe class ChannelMeanSquaredDifferenceLayer<T, TV, S>(LayerContext<T> context) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly ChannelMask<T, TV, S> _mask = new(context.Inputs[0].Channels);
    private readonly int _plane = context.Inputs[0].SpatialSize;
    private readonly T _share = T.CreateTruncating(1.0 / context.Inputs[0].Size);

    public override void Forward(Pass<T> pass)
    {
        T* first = Inputs[0].Data, second = Inputs[1].Data;
        TV sum = S.Zero;
        for (int v = 0; v < _mask.Vectors; v++)
        {
            TV squares = S.Zero;
            for (int p = 0; p < _plane; p++, first += S.Lanes, second += S.Lanes)
            {
                TV difference = S.Subtract(S.Load(first), S.Load(second));
                squares = S.MultiplyAdd(difference, difference, squares);
            }
            sum = S.Add(sum, _mask.Apply(v, squares, S.Zero));
        }
        S.Store(Output.Data, S.Broadcast(_share * S.Sum(sum)));
    }

    public override void Dispose() => _mask.Dispose();
}
