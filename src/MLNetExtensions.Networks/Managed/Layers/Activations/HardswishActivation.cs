using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Hardswish"/>
internal readonly struct HardswishActivation<T, TV, S> : IActivation<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private static readonly T Third = T.CreateTruncating(1.0 / 3);

    public bool DerivesFromInput => true;

    public TV Apply(TV x) => S.Multiply(x, HardsigmoidActivation<T, TV, S>.Value(x));

    /// <summary>f'(x) = x/3 + 1/2 between −3 and 3, 0 below and 1 above.</summary>
    public TV Derive(TV value, TV gradient)
    {
        TV three = S.Broadcast(T.CreateTruncating(3));
        TV slope = S.MultiplyAdd(S.Broadcast(Third), value, S.Broadcast(T.CreateTruncating(0.5)));
        slope = S.Select(S.GreaterThan(value, three), S.Broadcast(T.One), slope);
        return S.Multiply(gradient, S.Select(S.GreaterThan(S.Negate(three), value), S.Zero, slope));
    }
}
