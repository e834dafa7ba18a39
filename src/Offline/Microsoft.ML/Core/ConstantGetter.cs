namespace Microsoft.ML.Data;

/// <summary>Getters that always give the same value; of a vector a copy, since the reader may write into what it gets.</summary>
internal static class ConstantGetter
{
    public static ValueGetter<T> Of<T>(T value) =>
        typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>)
        ? Generic.Call<ValueGetter<T>>(OfVector<int>, typeof(T).GetGenericArguments()[0], value)
        : (ref T dst) => dst = value;

    public static ValueGetter<VBuffer<T>> OfVector<T>(VBuffer<T> value) => (ref VBuffer<T> dst) => value.CopyTo(ref dst);
}
