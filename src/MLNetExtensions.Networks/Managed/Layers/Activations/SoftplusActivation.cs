using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Softplus"/>
internal readonly struct SoftplusActivation<T, TV, S>(double beta, double threshold) : IActivation<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly T _beta = T.CreateTruncating(beta), _inverse = T.CreateTruncating(1 / beta);
    private readonly T _threshold = T.CreateTruncating(threshold);

    public bool DerivesFromInput => true;

    /// <summary>(max(0, z) + log(1 + e^−|z|))/β with z = β·x: no exponential overflows.</summary>
    public TV Apply(TV x)
    {
        TV scaled = S.Multiply(S.Broadcast(_beta), x);
        TV difference = SpecialFunctions<T, TV, S>.LogOnePlus(S.Exp(S.Negate(S.Abs(scaled))));
        TV value = S.Multiply(S.Broadcast(_inverse), S.Add(S.Max(S.Zero, scaled), difference));
        return S.Select(S.GreaterThan(scaled, S.Broadcast(_threshold)), x, value);
    }

    public TV Derive(TV value, TV gradient)
    {
        TV scaled = S.Multiply(S.Broadcast(_beta), value);
        TV slope = S.Multiply(gradient, SpecialFunctions<T, TV, S>.Sigmoid(scaled));
        return S.Select(S.GreaterThan(scaled, S.Broadcast(_threshold)), gradient, slope);
    }
}
