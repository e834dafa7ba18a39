using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>Reads a value from its text; false, with the default (NaN for reals), where the text is not one.</summary>
internal delegate bool CellParser<T>(ReadOnlyMemory<char> text, out T value);

/// <summary>The parsers of text into the primitive types, as ML.NET reads files and converts text.</summary>
internal static class CellParsers
{
    private delegate bool SpanParser<T>(ReadOnlySpan<char> text, out T value);

    /// <summary>The parser of an item type. A key is 0-based in text; its value is 1-based, 0 when missing.</summary>
    public static CellParser<T> Get<T>(DataViewType type, RealParser reals)
    {
        if (type is KeyDataViewType key)
            return (ReadOnlyMemory<char> text, out T value) =>
            {
                var ok = TryParseKey(text.Span, key.Count, out var number);
                value = (T)Convert.ChangeType(number, typeof(T), CultureInfo.InvariantCulture);
                return ok;
            };
        return (CellParser<T>)Create(typeof(T), reals);
    }

    private static Delegate Create(Type type, RealParser reals) => Type.GetTypeCode(type) switch
    {
        TypeCode.Single => (CellParser<float>)((ReadOnlyMemory<char> text, out float v) => reals.TryParse(text.Span, out v)),
        TypeCode.Double => (CellParser<double>)((ReadOnlyMemory<char> text, out double v) => reals.TryParse(text.Span, out v)),
        TypeCode.Boolean => Of<bool>(TryParse),
        TypeCode.SByte => Signed<sbyte>(),
        TypeCode.Int16 => Signed<short>(),
        TypeCode.Int32 => Signed<int>(),
        TypeCode.Int64 => Signed<long>(),
        TypeCode.Byte => Unsigned<byte>(),
        TypeCode.UInt16 => Unsigned<ushort>(),
        TypeCode.UInt32 => Unsigned<uint>(),
        TypeCode.UInt64 => Unsigned<ulong>(),
        TypeCode.DateTime => Of((ReadOnlySpan<char> text, out DateTime value) => Empty(text, out value) || DateTime.TryParse(text,
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out value)),
        _ when type == typeof(DateTimeOffset) => Of((ReadOnlySpan<char> text, out DateTimeOffset value) => Empty(text, out value)
            || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value)),
        _ when type == typeof(TimeSpan) => Of((ReadOnlySpan<char> text, out TimeSpan value) => Empty(text, out value)
            || TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value)),
        _ => (CellParser<ReadOnlyMemory<char>>)((ReadOnlyMemory<char> text, out ReadOnlyMemory<char> value) =>
        {
            value = text;
            return true;
        }),
    };

    private static CellParser<T> Of<T>(SpanParser<T> parse) =>
        (ReadOnlyMemory<char> text, out T value) => parse(text.Span, out value);

    private static CellParser<T> Signed<T>() where T : struct, INumber<T> =>
        Of((ReadOnlySpan<char> text, out T value) =>
            Empty(text, out value) || TryParseDigits(text, NumberStyles.AllowLeadingSign, out value));

    private static CellParser<T> Unsigned<T>() where T : struct, INumber<T> =>
        Of((ReadOnlySpan<char> text, out T value) => TryParseDigits(text, NumberStyles.None, out value));

    private static bool Empty<T>(ReadOnlySpan<char> text, out T value)
    {
        value = default;
        return text.IsEmpty;
    }

    /// <summary>ASCII digits and, where signs are allowed, a leading minus; nothing else.</summary>
    private static bool TryParseDigits<T>(ReadOnlySpan<char> text, NumberStyles styles, out T value)
        where T : struct, INumber<T>
    {
        value = default;
        return !text.StartsWith('+') && T.TryParse(text, styles, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryParseKey(ReadOnlySpan<char> text, ulong count, out ulong value)
    {
        value = 0;
        if (text.IsEmpty || RealParser.IsMissing(text)) return true;
        if (!TryParseDigits(text, NumberStyles.None, out ulong index) || index >= count) return false;
        value = index + 1;
        return true;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out bool value)
    {
        Span<char> lower = stackalloc char[5];
        value = false;
        if (text.Length > lower.Length) return false;
        lower = lower[..text.ToLowerInvariant(lower)];
        value = lower is "1" or "+1" or "+" or "t" or "true" or "y" or "yes";
        return value || lower is "" or "0" or "-1" or "-" or "f" or "false" or "n" or "no";
    }
}
