using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Sigmoid"/>
internal readonly struct SigmoidActivation<T, TV, S> : IActivation<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public bool DerivesFromInput => false;

    public TV Apply(TV x) => SpecialFunctions<T, TV, S>.Sigmoid(x);

    public TV Derive(TV value, TV gradient) => S.Multiply(gradient, S.Multiply(value, S.Subtract(S.Broadcast(T.One), value)));
}
