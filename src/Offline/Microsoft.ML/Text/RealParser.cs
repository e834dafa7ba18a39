namespace Microsoft.ML.Data;

/// <summary>Reads float and double from text as ML.NET does: invariant digits with an optional exponent, "?", "NaN", "Infinity",
/// "∞"; white space after it is ignored, an empty text is 0 (or NaN).</summary>
internal sealed class RealParser(char decimalMarker = '.', bool emptyIsNaN = false)
{
    public static readonly RealParser Default = new();
    private const NumberStyles Style =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
    private readonly NumberFormatInfo _format = new() { NumberDecimalSeparator = decimalMarker.ToString() };

    /// <summary>NaN where the text is no number.</summary>
    public bool TryParse<T>(ReadOnlySpan<char> text, out T value) where T : struct, IFloatingPointIeee754<T>
    {
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
    public static bool IsMissing(ReadOnlySpan<char> text) => text is "?"
        || text.Equals("NA", StringComparison.OrdinalIgnoreCase)
        || text.Equals("N/A", StringComparison.OrdinalIgnoreCase)
        || text.Equals("NaN", StringComparison.OrdinalIgnoreCase);
}
