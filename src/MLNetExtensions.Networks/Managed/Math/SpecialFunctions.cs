using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Functions of a vector that the processor and the runtime lack, accurate to a few units in the last place of float
/// and double alike.</summary>
internal static unsafe class SpecialFunctions<T, TV, S>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Sigmoid(TV x)
    {
        TV one = Constant(1);
        return S.Divide(one, S.Add(one, S.Exp(S.Negate(x))));
    }

    /// <summary>The hyperbolic tangent: a rational function near 0, where 1 − 2/(e²ˣ + 1) would cancel (Moshier,
    /// Cephes).</summary>
    public static TV Tanh(TV x)
    {
        TV one = Constant(1), magnitude = S.Abs(x), square = S.Multiply(x, x);
        TV numerator = Polynomial(square, -9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3);
        TV denominator = Polynomial(square, 1, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3);
        TV small = S.MultiplyAdd(S.Multiply(x, square), S.Divide(numerator, denominator), x);
        TV large = S.Subtract(one, S.Divide(Constant(2), S.Add(S.Exp(S.Add(magnitude, magnitude)), one)));
        large = S.Select(S.GreaterThan(x, S.Zero), large, S.Negate(large));
        return S.Select(S.GreaterThan(magnitude, Constant(0.625)), large, small);
    }

    /// <summary>eˣ − 1 for x up to 0, where the subtraction would cancel near 0: 2·t/(1 − t) with t = tanh(x/2).</summary>
    public static TV ExpMinusOne(TV x)
    {
        TV half = Tanh(S.Multiply(Constant(0.5), x));
        return S.Divide(S.Add(half, half), S.Subtract(Constant(1), half));
    }

    /// <summary>log(1 + x) for x from 0: what the rounding of 1 + x adds, the factor x/((1 + x) − 1) takes away
    /// (Kahan).</summary>
    public static TV LogOnePlus(TV x)
    {
        TV one = Constant(1), sum = S.Add(one, x), added = S.Subtract(sum, one);
        return S.Select(S.GreaterThan(added, S.Zero), S.Multiply(S.Log(sum), S.Divide(x, added)), x);
    }

    /// <summary>The error function, 2/√π·∫₀ˣ e^(−t²) dt. In single precision one rational function, right to 3·10⁻⁷ of its value;
    /// else rational functions of x² below 15/32 and of |x| above (Cody, 1969).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Erf(TV x) => typeof(T) == typeof(float) ? ErfOfSingle(x) : ErfOfDouble(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV ErfOfSingle(TV x)
    {
        // The coefficients are those of XLA's minimax approximation; beyond the bound the function is 1.
        TV one = Constant(1), bound = Constant(3.832506856900711);
        x = S.Min(bound, S.Max(S.Negate(bound), x));
        TV square = S.Multiply(x, x);
        TV numerator = Constant(2.2905065861350646e-4), denominator = Constant(-1.1791602954361697e-7);
        numerator = S.MultiplyAdd(numerator, square, Constant(3.4082910107109506e-3));
        numerator = S.MultiplyAdd(numerator, square, Constant(5.0955695062380861e-2));
        numerator = S.MultiplyAdd(numerator, square, Constant(1.8520832239976145e-1));
        numerator = S.MultiplyAdd(numerator, square, Constant(1.128379143519084));
        denominator = S.MultiplyAdd(denominator, square, Constant(2.3547966471313185e-5));
        denominator = S.MultiplyAdd(denominator, square, Constant(1.0179625278914885e-3));
        denominator = S.MultiplyAdd(denominator, square, Constant(1.4070470171167667e-2));
        denominator = S.MultiplyAdd(denominator, square, Constant(1.1098505178285362e-1));
        denominator = S.MultiplyAdd(denominator, square, Constant(4.9746925110067538e-1));
        denominator = S.MultiplyAdd(denominator, square, one);
        TV ratio = S.Divide(S.Multiply(x, numerator), denominator);
        return S.Min(one, S.Max(S.Negate(one), ratio));
    }

    private static TV ErfOfDouble(TV x)
    {
        TV square = S.Multiply(x, x);
        TV small = S.Multiply(x, S.Divide(
            Polynomial(square, 1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2,
                3.20937758913846947e3),
            Polynomial(square, 1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3)));

        // Beyond 6 the complement is below 1e-16; without the bound the polynomials of an infinite x would be ∞/∞.
        TV magnitude = S.Min(Constant(6), S.Abs(x));
        TV complement = S.Multiply(S.Exp(S.Negate(S.Multiply(magnitude, magnitude))), S.Divide(
            Polynomial(
                magnitude, 2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
                2.98635138197400131e2,
                8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3),
            Polynomial(
                magnitude, 1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
                3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3)));
        TV large = S.Subtract(Constant(1), complement);
        large = S.Select(S.GreaterThan(x, S.Zero), large, S.Negate(large));
        return S.Select(S.GreaterThan(magnitude, Constant(0.46875)), large, small);
    }

    /// <summary>Horner's rule, the highest power first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Polynomial(TV x, params ReadOnlySpan<double> coefficients)
    {
        TV sum = Constant(coefficients[0]);
        for (int i = 1; i < coefficients.Length; i++)
            sum = S.MultiplyAdd(sum, x, Constant(coefficients[i]));
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Constant(double value) => S.Broadcast(T.CreateTruncating(value));
}
