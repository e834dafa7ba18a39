namespace Microsoft.ML.Transforms;

/// <summary>The conversions between column types that ML.NET has: none from real numbers to integers, none between signed and
/// unsigned.</summary>
internal static class StandardConversions
{
    private enum Family { Signed, Unsigned, Real, Text, Boolean, Time, Other }

    /// <summary>A Func from a value of one type to a value of the other, or null where there is none.</summary>
    public static Delegate Find(DataViewType from, DataViewType to)
    {
        if (from is KeyDataViewType key && !KeepsKey(key, to)) return null;
        if (from is not KeyDataViewType && to is KeyDataViewType && from is not TextDataViewType) return null;
        Delegate make = (FamilyOf(from.RawType), FamilyOf(to.RawType)) switch
        {
            (Family.Signed, Family.Signed or Family.Real) or (Family.Unsigned or Family.Real, Family.Real) => Cast<int, int>,
            (Family.Unsigned, Family.Unsigned) => Fit<int, int>,
            (Family.Signed or Family.Unsigned or Family.Real, Family.Boolean) => IsNotZero<int, bool>,
            (Family.Text, Family.Text) or (Family.Boolean, Family.Boolean) => Same<int, int>,
            (Family.Text, not Family.Other) => Parse<int, int>,
            (Family.Boolean, Family.Signed or Family.Real) => FromBoolean<bool, int>,
            (Family.Time, Family.Real) => FromTicks<int, int>,
            (Family.Time, Family.Signed) when to.RawType == typeof(long) => FromTicks<int, int>,
            (Family.Time, Family.Time) when from.RawType == typeof(DateTime) && to.RawType == typeof(DateTime) => Same<int, int>,
            (not (Family.Other or Family.Text), Family.Text) => Format<int, int>,
            _ => null,
        };
        return make is null ? null : Generic.Call<Delegate>(make, [from.RawType, to.RawType], to);
    }

    /// <summary>Values as ML.NET writes them into names: NaN is "?", a boolean 0 or 1, a key counts from 0.</summary>
    public static string ToName<T>(T value, DataViewType type) => value switch
    {
        _ when type is KeyDataViewType key => Convert.ToUInt64(value) - 1 is var i && i < key.Count ? i.ToString() : "",
        float x => float.IsNaN(x) ? "?" : x.ToString("R", CultureInfo.InvariantCulture),
        double x => double.IsNaN(x) ? "?" : x.ToString("G17", CultureInfo.InvariantCulture),
        bool x => x ? "1" : "0",
        _ => ToText(value),
    };

    private static string ToText<T>(T value) => value switch
    {
        float x => x.ToString("G7", CultureInfo.InvariantCulture),
        double x => x.ToString("G17", CultureInfo.InvariantCulture),
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("o", CultureInfo.InvariantCulture),
        TimeSpan x => x.ToString("c", CultureInfo.InvariantCulture),
        IFormattable x => x.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    /// <summary>A key converts to a key of the same count, or to a number that can hold its raw values.</summary>
    private static bool KeepsKey(KeyDataViewType key, DataViewType to) => to is KeyDataViewType other ? key.Count == other.Count
        : KeyDataViewType.IsValidDataType(to.RawType) && key.Count <= KeyDataViewType.MaxCount(to.RawType);

    private static Family FamilyOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 => Family.Signed,
        TypeCode.Byte or TypeCode.UInt16 or TypeCode.UInt32 or TypeCode.UInt64 => Family.Unsigned,
        TypeCode.Single or TypeCode.Double => Family.Real,
        TypeCode.Boolean => Family.Boolean,
        TypeCode.DateTime => Family.Time,
        _ when type == typeof(ReadOnlyMemory<char>) => Family.Text,
        _ when type == typeof(TimeSpan) || type == typeof(DateTimeOffset) => Family.Time,
        _ => Family.Other,
    };

    // each of these makes the conversion between the types that it is called with

    private static Func<TIn, TOut> Cast<TIn, TOut>(DataViewType to) where TIn : INumberBase<TIn> where TOut : INumberBase<TOut> =>
        TOut.CreateTruncating;
    private static Func<TIn, TOut> Fit<TIn, TOut>(DataViewType to) where TIn : INumber<TIn> where TOut : INumber<TOut> =>
        value => TOut.CreateTruncating(value) is var fit && TIn.CreateTruncating(fit) == value ? fit : TOut.Zero;
    private static Func<TIn, bool> IsNotZero<TIn, TBoolean>(DataViewType to) where TIn : INumberBase<TIn> =>
        value => !TIn.IsZero(value);
    private static Func<TValue, TValue> Same<TValue, TSame>(DataViewType to) => value => value;
    private static Func<bool, TOut> FromBoolean<TBoolean, TOut>(DataViewType to) where TOut : INumberBase<TOut> =>
        value => value ? TOut.One : TOut.Zero;

    private static Func<TIn, TOut> FromTicks<TIn, TOut>(DataViewType to) where TOut : INumberBase<TOut> =>
        value => TOut.CreateTruncating(value is TimeSpan span ? span.Ticks : value is DateTime time ? time.Ticks
            : ((DateTimeOffset)(object)value).UtcTicks);

    private static Func<TIn, ReadOnlyMemory<char>> Format<TIn, TText>(DataViewType to) => value => ToText(value).AsMemory();

    private static Func<ReadOnlyMemory<char>, TOut> Parse<TText, TOut>(DataViewType to)
    {
        var parser = CellParsers.Get<TOut>(to, RealParser.Default);
        var mustParse = FamilyOf(to.RawType) == Family.Signed;
        return text =>
        {
            if (!parser(text, out var value) && mustParse)
                throw new InvalidOperationException($"'{text}' could not be converted to {to}.");
            return value;
        };
    }
}
