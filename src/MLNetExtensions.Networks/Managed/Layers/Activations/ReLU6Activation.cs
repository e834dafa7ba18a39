using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="ReLU6"/>
internal readonly struct ReLU6Activation<T, TV, S> : IActivation<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public bool DerivesFromInput => false;

    public TV Apply(TV x) => S.Min(Six, S.Max(S.Zero, x));

    public TV Derive(TV value, TV gradient) =>
        S.Select(S.GreaterThan(value, S.Zero), S.Select(S.GreaterThan(Six, value), gradient, S.Zero), S.Zero);

    private static TV Six => S.Broadcast(T.CreateTruncating(6));
}
