using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="GELU"/>
internal readonly struct GELUActivation<T, TV, S> : IActivation<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private static readonly T Sqrt2Inverse = T.One / T.Sqrt(T.One + T.One);
    private static readonly T DensityAtZero = T.One / T.Sqrt(T.Tau);

    public bool DerivesFromInput => true;

    public TV Apply(TV x) => S.Multiply(x, Distribution(x));

    /// <summary>f'(x) = Φ(x) + x·φ(x).</summary>
    public TV Derive(TV value, TV gradient)
    {
        TV half = S.Broadcast(T.CreateTruncating(-0.5));
        TV density = S.Multiply(S.Broadcast(DensityAtZero), S.Exp(S.Multiply(half, S.Multiply(value, value))));
        return S.Multiply(gradient, S.MultiplyAdd(value, density, Distribution(value)));
    }

    private static TV Distribution(TV x)
    {
        TV half = S.Broadcast(T.CreateTruncating(0.5));
        return S.MultiplyAdd(half, SpecialFunctions<T, TV, S>.Erf(S.Multiply(x, S.Broadcast(Sqrt2Inverse))), half);
    }
}
