using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Hardsigmoid"/>
internal readonly struct HardsigmoidActivation<T, TV, S> : IActivation<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private static readonly T Slope = T.CreateTruncating(1.0 / 6);

    public bool DerivesFromInput => false;

    public TV Apply(TV x) => Value(x);

    public TV Derive(TV value, TV gradient) => S.Select(
        S.GreaterThan(value, S.Zero),
        S.Select(S.GreaterThan(S.Broadcast(T.One), value), S.Multiply(S.Broadcast(Slope), gradient), S.Zero),
        S.Zero);

    /// <summary>min(max(0, x/6 + 1/2), 1).</summary>
    public static TV Value(TV x) => S.Min(
        S.Broadcast(T.One), S.Max(S.Zero, S.MultiplyAdd(S.Broadcast(Slope), x, S.Broadcast(T.CreateTruncating(0.5)))));
}
