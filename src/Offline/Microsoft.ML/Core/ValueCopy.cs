namespace Microsoft.ML.Data;

/// <summary>Copies a value; of a vector its content, since the reader may write into what it gets.</summary>
internal static class ValueCopy<T>
{
    public static readonly ValueMapper<T, T> Copy =
        typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>)
        ? Generic.Call<ValueMapper<T, T>>(OfVectors<int>, typeof(T).GetGenericArguments()[0])
        : (in value, ref copy) => copy = value;

    private static ValueMapper<VBuffer<TItem>, VBuffer<TItem>> OfVectors<TItem>() =>
        (in value, ref copy) => value.CopyTo(ref copy);
}
