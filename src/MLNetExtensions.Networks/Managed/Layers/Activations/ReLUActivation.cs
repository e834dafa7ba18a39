using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="ReLU"/>
internal readonly struct ReLUActivation<T, TV, S> : IActivation<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public bool DerivesFromInput => false;

    public TV Apply(TV x) => S.Max(S.Zero, x);

    public TV Derive(TV value, TV gradient) => S.Select(S.GreaterThan(value, S.Zero), gradient, S.Zero);
}
