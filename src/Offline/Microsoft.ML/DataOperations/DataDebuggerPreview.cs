namespace Microsoft.ML.Data;

/// <summary>The first rows of a view, read at once, by row and by column.</summary>
public sealed class DataDebuggerPreview
{
    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        Contracts.CheckParam(maxRows >= 0, nameof(maxRows));
        Schema = Contracts.NotNull(data).Schema;
        var rows = ImmutableArray.CreateBuilder<RowInfo>();
        using var cursor = data.GetRowCursor(Schema);
        while (rows.Count < maxRows && cursor.MoveNext())
            rows.Add(new RowInfo([.. Schema.Select(c =>
                KeyValuePair.Create(c.Name, Generic.Call<object>(Read<int>, c.Type.RawType, cursor, c)))]));
        RowView = rows.ToImmutable();
        ColumnView = [.. Schema.Select(c => new ColumnInfo(c, [.. RowView.Select(r => r.Values[c.Index].Value)]))];
    }

    public DataViewSchema Schema { get; }
    public ImmutableArray<ColumnInfo> ColumnView { get; }
    public ImmutableArray<RowInfo> RowView { get; }

    private static object Read<T>(DataViewRow row, DataViewSchema.Column column)
    {
        T value = default;
        row.GetGetter<T>(column)(ref value);
        return value;
    }

    public sealed class ColumnInfo
    {
        internal ColumnInfo(DataViewSchema.Column column, object[] values) => (Column, Values) = (column, values);
        public DataViewSchema.Column Column { get; }
        public object[] Values { get; }
    }

    public sealed class RowInfo
    {
        internal RowInfo(KeyValuePair<string, object>[] values) => Values = values;
        public KeyValuePair<string, object>[] Values { get; }
    }
}
