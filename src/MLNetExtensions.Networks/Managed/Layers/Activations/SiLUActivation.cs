using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="SiLU"/>
internal readonly struct SiLUActivation<T, TV, S> : IActivation<T, TV>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public bool DerivesFromInput => true;

    public TV Apply(TV x) => S.Multiply(x, SpecialFunctions<T, TV, S>.Sigmoid(x));

    /// <summary>f'(x) = σ(x)·(1 + x·(1 − σ(x))).</summary>
    public TV Derive(TV value, TV gradient)
    {
        TV one = S.Broadcast(T.One), sigmoid = SpecialFunctions<T, TV, S>.Sigmoid(value);
        return S.Multiply(gradient, S.Multiply(sigmoid, S.MultiplyAdd(value, S.Subtract(one, sigmoid), one)));
    }
}
