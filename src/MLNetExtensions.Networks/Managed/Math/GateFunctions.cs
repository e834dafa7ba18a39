using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Sigmoid and hyperbolic tangent, with their derivatives, for the gates of recurrent layers, where exponentials would
/// be a good part of the work. In single precision a rational function does, with errors below 3·10⁻⁷; a small sigmoid has
/// that error too, other than in <see cref="SpecialFunctions{T,TV,S}"/>.</summary>
internal static unsafe class GateFunctions<T, TV, S>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>Where the hyperbolic tangent is 1 in single precision.</summary>
    private const double Saturation = 7.90531110763549805;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Tanh(TV x)
    {
        if (typeof(T) != typeof(float))
            return SpecialFunctions<T, TV, S>.Tanh(x);
        // The coefficients are those of Eigen's minimax approximation of degree 13 over 6.
        x = S.Min(Constant(Saturation), S.Max(Constant(-Saturation), x));
        TV square = S.Multiply(x, x), numerator = Constant(-2.76076847742355e-16), denominator = Constant(1.19825839466702e-06);
        numerator = S.MultiplyAdd(numerator, square, Constant(2.00018790482477e-13));
        numerator = S.MultiplyAdd(numerator, square, Constant(-8.60467152213735e-11));
        numerator = S.MultiplyAdd(numerator, square, Constant(5.12229709037114e-08));
        numerator = S.MultiplyAdd(numerator, square, Constant(1.48572235717979e-05));
        numerator = S.MultiplyAdd(numerator, square, Constant(6.37261928875436e-04));
        numerator = S.MultiplyAdd(numerator, square, Constant(4.89352455891786e-03));
        denominator = S.MultiplyAdd(denominator, square, Constant(1.18534705686654e-04));
        denominator = S.MultiplyAdd(denominator, square, Constant(2.26843463243900e-03));
        denominator = S.MultiplyAdd(denominator, square, Constant(4.89352518554385e-03));
        return S.Divide(S.Multiply(x, numerator), denominator);
    }

    /// <summary>½ + ½·tanh(x/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Sigmoid(TV x)
    {
        if (typeof(T) != typeof(float))
            return SpecialFunctions<T, TV, S>.Sigmoid(x);
        TV half = Constant(0.5);
        return S.MultiplyAdd(half, Tanh(S.Multiply(half, x)), half);
    }

    /// <summary>The derivative of a sigmoid by its value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV SigmoidSlope(TV sigmoid) => S.Multiply(sigmoid, S.Subtract(S.Broadcast(T.One), sigmoid));

    /// <summary>The derivative of a hyperbolic tangent by its value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV TanhSlope(TV tanh) => S.Subtract(S.Broadcast(T.One), S.Multiply(tanh, tanh));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Constant(double value) => S.Broadcast(T.CreateTruncating(value));
}
