using System.Globalization;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Data;

/// <summary>
/// Reads float and double from text as ML.NET does: invariant digits with an optional exponent, "?", "NaN", "Infinity", "∞";
/// white space after it is ignored, an empty text is 0 (or NaN). Up to 19 digits count, the rest only scale.
/// </summary>
internal readonly record struct RealParser(char DecimalMarker = '.', bool EmptyIsNaN = false)
{
    public static readonly RealParser Default = new('.');
    private const ulong MaxMantissa = (ulong.MaxValue - 9) / 10;
    private const int MinPower = -65, MaxPower = 39; // outside of these a 64-bit mantissa times 10^p is 0 or infinite as float
    private const int MaxExactPower = 22;            // 10^22 is the last power of ten that a double holds exactly
    private const long MaxExponent = 99_999;

    private static readonly double[] Powers = [.. Enumerable.Range(MinPower, MaxPower - MinPower + 1)
        .Select(p => double.Parse($"1e{p}", CultureInfo.InvariantCulture))];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryParse(ReadOnlySpan<char> text, out float value)
    {
        var ok = TryRead(text, out var number, out var special);
        value = !ok ? float.NaN
            : number.Length == 0 ? (float)special
            : number.Mantissa == 0 || number.Exponent < MinPower ? 0
            : number.Exponent > MaxPower ? float.PositiveInfinity
            : (float)(number.Mantissa * Powers[number.Exponent - MinPower]);
        if (number.Negative) value = -value;
        return ok;
    }

    public bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        var ok = TryRead(text, out var number, out value);
        if (!ok) value = double.NaN;
        if (!ok || number.Length == 0) return ok;
        if (number.Mantissa >= 1UL << 53 || Math.Abs(number.Exponent) > MaxExactPower)
        {
            value = double.Parse($"{number.Mantissa}e{number.Exponent}", NumberStyles.Float, CultureInfo.InvariantCulture);
        }
        else
        {
            var power = Powers[Math.Abs(number.Exponent) - MinPower];
            value = number.Exponent < 0 ? number.Mantissa / power : number.Mantissa * power;
        }
        if (number.Negative) value = -value;
        return true;
    }

    /// <summary>The forms of a missing number that are not reported as bad: any casing of ?, NaN, NA, N/A.</summary>
    public static bool IsMissing(ReadOnlySpan<char> text) => text is "?"
        || text.Equals("NA", StringComparison.OrdinalIgnoreCase)
        || text.Equals("N/A", StringComparison.OrdinalIgnoreCase)
        || text.Equals("NaN", StringComparison.OrdinalIgnoreCase);

    /// <summary>A decimal number; Length is how many characters it took, 0 when there is none.</summary>
    private readonly record struct Number(bool Negative, ulong Mantissa, long Exponent, int Length);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryRead(ReadOnlySpan<char> text, out Number number, out double special)
    {
        number = default;
        special = EmptyIsNaN ? double.NaN : 0;
        if (text.Length > 0 && char.IsWhiteSpace(text[0]))
        {
            text = text.TrimStart();
            if (text.Length > 1) return false; // ML.NET reads no more than one character after leading space
        }
        if (text.IsEmpty) return true;
        number = ReadNumber(text);
        var length = number.Length;
        if (length == 0)
            (length, special) = text switch
            {
                ['?', ..] => (1, double.NaN),
                ['N', 'a', 'N', ..] => (3, double.NaN),
                ['∞', ..] => (1, double.PositiveInfinity),
                ['-', '∞', ..] => (2, double.NegativeInfinity),
                _ when text.StartsWith("Infinity") => (8, double.PositiveInfinity),
                _ when text.StartsWith("-Infinity") => (9, double.NegativeInfinity),
                _ => (0, 0),
            };
        return length > 0 && (length == text.Length || text[length..].IsWhiteSpace());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Number ReadNumber(ReadOnlySpan<char> text)
    {
        var i = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is '-' or '+')
        {
            negative = text[0] == '-';
            i = 1;
        }
        ulong mantissa = 0;
        long exponent = 0;
        var first = i;
        for (; i < text.Length && char.IsAsciiDigit(text[i]); i++)
        {
            if (mantissa < MaxMantissa)
                mantissa = 10 * mantissa + (uint)(text[i] - '0');
            else
                exponent++;
        }
        var digits = i - first;
        if (i < text.Length && text[i] == DecimalMarker)
        {
            first = ++i;
            for (; i < text.Length && char.IsAsciiDigit(text[i]); i++)
            {
                if (mantissa >= MaxMantissa) continue;
                mantissa = 10 * mantissa + (uint)(text[i] - '0');
                exponent--;
            }
            digits += i - first;
        }
        if (digits == 0) return default;
        if (i < text.Length && text[i] is 'e' or 'E') ReadExponent(text, ref i, ref exponent);
        return new Number(negative, mantissa, exponent, i);
    }

    /// <summary>Reads e±digits at i; an "e" that no digit follows is left unread.</summary>
    private static void ReadExponent(ReadOnlySpan<char> text, ref int i, ref long exponent)
    {
        var at = i + 1;
        var negative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is '-' or '+') at++;
        var first = at;
        long power = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            power = Math.Min(MaxExponent, 10 * power + (text[at] - '0'));
        if (at == first) return;
        exponent += negative ? -power : power;
        i = at;
    }
}
