namespace Microsoft.ML.Data;

/// <summary>Reads float and double from text as ML.NET does: invariant digits with an optional exponent, "?", "NaN", "Infinity",
/// "∞"; white space after it is ignored, an empty text is 0 (or NaN).</summary>
internal sealed class RealParser(char decimalMarker = '.', bool emptyIsNaN = false)
{
    public static readonly RealParser Default = new();
    private const NumberStyles Style =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
    private static readonly double[] Powers = [.. Enumerable.Range(0, 16).Select(i => Math.Pow(10, i))];
    private readonly NumberFormatInfo _format = new() { NumberDecimalSeparator = decimalMarker.ToString() };

    /// <summary>NaN where the text is no number.</summary>
    public bool TryParse<T>(ReadOnlySpan<char> text, out T value) where T : struct, IFloatingPointIeee754<T>
    {
        if (TryParseShort(text, out value)) return true;
        value = T.NaN;
        // ML.NET reads no more than one character after leading space
        if (text is [var start, ..] && char.IsWhiteSpace(start) && text.TrimStart().Length > 1) return false;
        text = text.Trim();
        // .NET would also take its symbols in any casing for numbers
        var digits = text is ['-' or '+', ..] ? text[1..] : text;
        if (digits is [var first, ..] && (char.IsAsciiDigit(first) || first == decimalMarker))
        {
            var isNumber = T.TryParse(text, Style, _format, out value);
            if (!isNumber) value = T.NaN;
            return isNumber;
        }
        value = text switch
        {
            [] when !emptyIsNaN => T.Zero,
            "∞" or "Infinity" => T.PositiveInfinity,
            "-∞" or "-Infinity" => T.NegativeInfinity,
            _ => T.NaN,
        };
        return text is [] or "?" or "NaN" || !T.IsNaN(value);
    }

    /// <summary>The forms of a missing number that are not reported as bad: any casing of ?, NaN, NA, N/A.</summary>
    public static bool IsMissing(ReadOnlySpan<char> text) =>
        text.Length <= 3 && text.ToString().ToUpperInvariant() is ("?" or "NA" or "N/A" or "NAN");

    /// <summary>Most numbers have few digits: they are a quotient of exact doubles.</summary>
    private bool TryParseShort<T>(ReadOnlySpan<char> text, out T value) where T : struct, IFloatingPointIeee754<T>
    {
        value = default;
        var start = text is ['-', ..] ? 1 : 0;
        if (text.Length is 0 or > 15 || start == text.Length || !char.IsAsciiDigit(text[start])) return false;
        var (mantissa, point) = (0L, text.Length);
        for (var i = start; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i])) mantissa = 10 * mantissa + (text[i] - '0');
            else if (text[i] == decimalMarker && point == text.Length) point = i + 1;
            else return false;
        }
        var number = mantissa / Powers[text.Length - point];
        value = T.CreateTruncating(start > 0 ? -number : number);
        return true;
    }
}
