namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class =>
        new EnumerableView<TRow>(Contracts.NotNull(data),
            MemberColumn.Of(typeof(TRow), schemaDefinition, SchemaDefinition.Direction.Read));

    /// <summary>Types and annotations are the schema's, where the members themselves say less.</summary>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema) where TRow : class =>
        LoadFromEnumerable(Contracts.NotNull(data), DefinitionFor<TRow>(Contracts.NotNull(schema)));

    public IEnumerable<TRow> CreateEnumerable<TRow>(IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false,
        SchemaDefinition schemaDefinition = null) where TRow : class, new() =>
        Rows<TRow>(Contracts.NotNull(data), new(data.Schema, ignoreMissingColumns, schemaDefinition), reuseRowObject);

    internal static SchemaDefinition DefinitionFor<TRow>(DataViewSchema schema)
    {
        var definition = SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        foreach (var column in schema)
        {
            Contracts.Check(definition[column.Name] is not null, $"Type should contain a member named {column.Name}");
            definition[column.Name].Take(column);
        }
        return definition;
    }

    private static IEnumerable<TRow> Rows<TRow>(IDataView data, ObjectFiller<TRow> filler, bool reuse) where TRow : class, new()
    {
        using var cursor = data.GetRowCursor(filler.Columns);
        var fill = filler.Bind(cursor);
        TRow row = null;
        while (cursor.MoveNext())
        {
            if (!reuse || row is null) row = new();
            fill(row);
            yield return row;
        }
    }
}
