using System.Globalization;

namespace Samples.Tables;

/// <summary>Numbers as texts.</summary>
public static class NumberText
{
    private static readonly HashSet<string> Missing =
        new(["", "?", "-", "NA", "N/A", "NaN", "null", "none", "nil", "missing"], StringComparer.OrdinalIgnoreCase);

    private static readonly NumberFormatInfo WithComma = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "." };

    /// <summary>Whether a cell says that there is no value.</summary>
    public static bool IsMissing(string text) => Missing.Contains(text);

    /// <summary>A number with a decimal point; where semicolons separate cells, as is usual in the countries of the decimal comma,
    /// one with such a comma too.</summary>
    /// <param name="text">The text.</param>
    /// <param name="separator">What stands between two cells of the table.</param>
    /// <param name="value">The number.</param>
    public static bool TryParse(string text, char separator, out float value) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
        || (separator == ';' && float.TryParse(text, NumberStyles.Float, WithComma, out value));
}
