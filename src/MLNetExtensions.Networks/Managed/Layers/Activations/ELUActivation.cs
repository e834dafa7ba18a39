using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="ELU"/>
internal readonly struct ELUActivation<T, TV, S>(double alpha) : IActivation<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly T _alpha = T.CreateTruncating(alpha);

    public bool DerivesFromInput => true;

    public TV Apply(TV x) => S.Select(
        S.GreaterThan(x, S.Zero), x, S.Multiply(S.Broadcast(_alpha), SpecialFunctions<T, TV, S>.ExpMinusOne(x)));

    public TV Derive(TV value, TV gradient) => S.Select(
        S.GreaterThan(value, S.Zero), gradient, S.Multiply(gradient, S.Multiply(S.Broadcast(_alpha), S.Exp(value))));
}
