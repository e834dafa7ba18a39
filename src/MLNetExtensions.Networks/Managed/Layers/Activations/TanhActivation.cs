using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Tanh"/>
internal readonly struct TanhActivation<T, TV, S> : IActivation<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public bool DerivesFromInput => false;

    public TV Apply(TV x) => SpecialFunctions<T, TV, S>.Tanh(x);

    public TV Derive(TV value, TV gradient) => S.Multiply(gradient, S.Subtract(S.Broadcast(T.One), S.Multiply(value, value)));
}
