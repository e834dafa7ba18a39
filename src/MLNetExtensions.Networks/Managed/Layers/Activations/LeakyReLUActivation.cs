using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="LeakyReLU"/>
internal readonly struct LeakyReLUActivation<T, TV, S>(double negativeSlope) : IActivation<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly T _slope = T.CreateTruncating(negativeSlope);

    /// <summary>The output has the sign of the input only when the slope is positive.</summary>
    public bool DerivesFromInput => !(_slope > T.Zero);

    public TV Apply(TV x) => S.Select(S.GreaterThan(x, S.Zero), x, S.Multiply(S.Broadcast(_slope), x));

    public TV Derive(TV value, TV gradient) =>
        S.Select(S.GreaterThan(value, S.Zero), gradient, S.Multiply(S.Broadcast(_slope), gradient));
}
