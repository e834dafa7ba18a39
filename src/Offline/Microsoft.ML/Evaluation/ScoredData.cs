namespace Microsoft.ML.Data;

/// <summary>The columns that evaluators read, with the original's checks of their presence and type.</summary>
internal static class ScoredData
{
    internal static DataViewSchema.Column Find(IDataView data, string role, string name)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        return Contracts.NotNull(data).Schema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException("schema", $"{role} column '{name}' not found");
    }

    internal static void CheckType(this DataViewSchema.Column column, bool valid, string role, string expected) =>
        Contracts.CheckParam(valid, "schema",
            $"Schema mismatch for {role} column '{column.Name}': expected {expected}, got {column.Type}");

    /// <summary>The texts of an annotation of a known number of texts, or null.</summary>
    internal static string[] TextAnnotation(this DataViewSchema.Column column, string kind) =>
        column.GetVectorType(kind) is { IsKnownSize: true, ItemType: TextDataViewType }
        ? Array.ConvertAll(column.GetVector<ReadOnlyMemory<char>>(kind), text => text.ToString()) : null;

    /// <summary>The label as a number, the score and the probability of each row; NaN without such a column.</summary>
    internal static IEnumerable<(float Label, TScore Score, float Probability)> Rows<TScore>(IDataView data,
        DataViewSchema.Column label, DataViewSchema.Column score, DataViewSchema.Column? probability = null)
    {
        DataViewSchema.Column[] used = probability is { } third ? [label, score, third] : [label, score];
        using var cursor = data.GetRowCursor(used);
        var (readLabel, readScore) = (LabelReader(cursor, label), cursor.Reader<TScore>(score));
        var readProbability = probability is { } given ? cursor.Reader<float>(given) : () => float.NaN;
        while (cursor.MoveNext()) yield return (readLabel(), readScore(), readProbability());
    }

    /// <summary>A label as a number: a key is its index from 0, a missing key NaN.</summary>
    private static Func<float> LabelReader(DataViewRow row, DataViewSchema.Column label)
    {
        return label.Type switch
        {
            BooleanDataViewType => Convert<bool>(value => value ? 1 : 0),
            KeyDataViewType => Generic.Call<Func<float>>(ConvertKey<int>, label.Type.RawType),
            _ when label.Type == NumberDataViewType.Double => Convert<double>(value => (float)value),
            _ => row.Reader<float>(label),
        };

        Func<float> ConvertKey<T>() where T : IBinaryInteger<T> => Convert<T>(key =>
            key != T.Zero && ulong.CreateTruncating(key) <= ((KeyDataViewType)label.Type).Count
                ? float.CreateTruncating(key - T.One) : float.NaN);

        Func<float> Convert<T>(Func<T, float> convert)
        {
            var read = row.Reader<T>(label);
            return () => convert(read());
        }
    }
}
