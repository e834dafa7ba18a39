namespace Microsoft.ML.Data;

/// <summary>Reads a value from its text; false, with the default (NaN for reals), where the text is not one.</summary>
internal delegate bool CellParser<T>(ReadOnlyMemory<char> text, out T value);

/// <summary>The parsers of text into the primitive types, as ML.NET reads files and converts text.</summary>
internal static class CellParsers
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>The parser of an item type. A key is 0-based in text; its value is 1-based, 0 when missing.</summary>
    public static CellParser<T> Get<T>(DataViewType type, RealParser reals)
    {
        Delegate parser = type switch
        {
            KeyDataViewType key => Key<T>(key.Count),
            TextDataViewType => Text,
            BooleanDataViewType => (CellParser<bool>)TryParse,
            DateTimeDataViewType => (CellParser<DateTime>)((text, out value) => IsEmpty(text, out value) || DateTime.TryParse(
                text.Span, Invariant, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out value)),
            DateTimeOffsetDataViewType => (CellParser<DateTimeOffset>)((text, out value) => IsEmpty(text, out value)
                || DateTimeOffset.TryParse(text.Span, Invariant, DateTimeStyles.AssumeUniversal, out value)),
            TimeSpanDataViewType => (CellParser<TimeSpan>)((text, out value) =>
                IsEmpty(text, out value) || TimeSpan.TryParse(text.Span, Invariant, out value)),
            _ when type == NumberDataViewType.Single =>
                (CellParser<float>)((text, out value) => reals.TryParse(text.Span, out value)),
            _ when type == NumberDataViewType.Double =>
                (CellParser<double>)((text, out value) => reals.TryParse(text.Span, out value)),
            _ => Generic.Call<Delegate>(Integer<int>, typeof(T)),
        };
        return (CellParser<T>)parser;
    }

    private static CellParser<ReadOnlyMemory<char>> Text { get; } = (text, out value) =>
    {
        value = text;
        return true;
    };

    private static CellParser<T> Key<T>(ulong count) => (text, out value) =>
    {
        var isKey = TryParseDigits(text.Span, NumberStyles.None, out ulong index) && index < count;
        value = (T)Convert.ChangeType(isKey ? index + 1 : 0, typeof(T), Invariant);
        return isKey || text.IsEmpty || RealParser.IsMissing(text.Span);
    };

    /// <summary>An empty text is 0 only if the type is signed.</summary>
    private static CellParser<T> Integer<T>() where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var styles = T.IsNegative(T.MinValue) ? NumberStyles.AllowLeadingSign : NumberStyles.None;
        return (text, out value) => TryParseDigits(text.Span, styles, out value) || text.IsEmpty && styles != NumberStyles.None;
    }

    private static bool IsEmpty<T>(ReadOnlyMemory<char> text, out T value)
    {
        value = default;
        return text.IsEmpty;
    }

    /// <summary>ASCII digits and, where signs are allowed, a leading minus; nothing else.</summary>
    private static bool TryParseDigits<T>(ReadOnlySpan<char> text, NumberStyles styles, out T value) where T : struct, INumber<T>
    {
        value = default;
        return !text.StartsWith('+') && T.TryParse(text, styles, Invariant, out value);
    }

    private static bool TryParse(ReadOnlyMemory<char> text, out bool value)
    {
        var lower = text.Length <= 5 ? text.ToString().ToLowerInvariant() : null;
        value = lower is "1" or "+1" or "+" or "t" or "true" or "y" or "yes";
        return value || lower is "" or "0" or "-1" or "-" or "f" or "false" or "n" or "no";
    }
}
