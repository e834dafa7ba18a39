namespace Microsoft.ML.Data;

/// <summary>The columns that evaluators read, with the original's checks of their presence and type.</summary>
internal static class ScoredData
{
    internal static DataViewSchema.Column Find(IDataView data, string role, string name)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(name, nameof(name));
        return data.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException("schema", $"{role} column '{name}' not found");
    }

    internal static void CheckType(this DataViewSchema.Column column, bool valid, string role, string expected)
    {
        if (!valid) throw Contracts.ExceptSchemaMismatch("schema", role, column.Name, expected, column.Type.ToString());
    }

    /// <summary>The texts of an annotation of a known number of texts, or null.</summary>
    internal static string[] TextAnnotation(this DataViewSchema.Column column, string kind)
    {
        var type = column.Annotations.Schema.GetColumnOrNull(kind)?.Type;
        if (type is not VectorDataViewType { IsKnownSize: true, ItemType: TextDataViewType }) return null;
        var texts = default(VBuffer<ReadOnlyMemory<char>>);
        column.Annotations.GetValue(kind, ref texts);
        return [.. texts.DenseValues().Select(text => text.ToString())];
    }

    /// <summary>A label as a number: a key is its index from 0, a missing key NaN.</summary>
    internal static ValueGetter<float> LabelGetter(DataViewRow row, DataViewSchema.Column label)
    {
        if (label.Type == NumberDataViewType.Single) return row.GetGetter<float>(label);
        return label.Type.RawType switch
        {
            var type when type == typeof(double) => Convert<double>(value => (float)value),
            var type when type == typeof(bool) => Convert<bool>(value => value ? 1 : 0),
            var type when type == typeof(byte) => Convert<byte>(value => FromKey(value)),
            var type when type == typeof(ushort) => Convert<ushort>(value => FromKey(value)),
            var type when type == typeof(uint) => Convert<uint>(value => FromKey(value)),
            _ => Convert<ulong>(FromKey),
        };

        float FromKey(ulong key) => key != 0 && key <= ((KeyDataViewType)label.Type).Count ? key - 1 : float.NaN;

        ValueGetter<float> Convert<T>(Func<T, float> convert)
        {
            var get = row.GetGetter<T>(label);
            T value = default;
            return (ref float result) =>
            {
                get(ref value);
                result = convert(value);
            };
        }
    }
}
