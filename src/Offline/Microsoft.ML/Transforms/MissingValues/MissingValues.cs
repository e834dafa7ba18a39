namespace Microsoft.ML.Transforms;

/// <summary>Which values count as missing: NaN of a real number, 0 of a key.</summary>
internal static class MissingValues
{
    public static bool IsReal(DataViewType type) => type == NumberDataViewType.Single || type == NumberDataViewType.Double;

    /// <summary>The test for values of this type, or null when none of them can be missing.</summary>
    public static Func<T, bool> Test<T>(DataViewType type) => type switch
    {
        KeyDataViewType => value => EqualityComparer<T>.Default.Equals(value, default),
        _ when type == NumberDataViewType.Single => (Func<T, bool>)(object)(Func<float, bool>)float.IsNaN,
        _ when type == NumberDataViewType.Double => (Func<T, bool>)(object)(Func<double, bool>)double.IsNaN,
        _ => null,
    };

    /// <summary>The missing value of a type; the default of one that has none.</summary>
    public static T ValueOf<T>() =>
        typeof(T) == typeof(float) ? (T)(object)float.NaN : typeof(T) == typeof(double) ? (T)(object)double.NaN : default;
}
