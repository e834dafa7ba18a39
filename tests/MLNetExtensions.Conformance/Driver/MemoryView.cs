using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

/// <summary>A data view over the columns of a case.</summary>
public sealed class MemoryView : IDataView
{
    private readonly Array[] _columns;
    private readonly int _rowCount;

    public MemoryView(JsonArray columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
            builder.AddColumn(column.Str("name"), Types.Parse(column.Str("type")),
                Annotations(column["annotations"] as JsonObject));
        Schema = builder.ToSchema();
        _columns = Schema.Select(c =>
            (Array)Generic.Call(nameof(Values), typeof(MemoryView), [c.Type.RawType], c.Type, columns[c.Index].List("values")))
            .ToArray();
        _rowCount = _columns.Length > 0 ? _columns[0].Length : 0;
        if (_columns.Any(c => c.Length != _rowCount))
            throw new InvalidDataException("The columns of the case have different lengths.");
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(this);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static T[] Values<T>(DataViewType type, JsonArray values) => values.Select(v => Types.Value<T>(type, v)).ToArray();

    /// <summary>{kind: true}, {kind: [texts]} or {kind: {"type", "value"}}.</summary>
    private static DataViewSchema.Annotations Annotations(JsonObject kinds)
    {
        if (kinds is null) return null;
        var builder = new DataViewSchema.Annotations.Builder();
        foreach (var (kind, node) in kinds)
        {
            var (type, value) = node switch
            {
                JsonArray names => (new VectorDataViewType(TextDataViewType.Instance, names.Count), node),
                JsonObject typed => (Types.Parse(typed.Str("type")), typed["value"]),
                _ => (BooleanDataViewType.Instance, node),
            };
            Generic.Call(nameof(AddAnnotation), typeof(MemoryView), [type.RawType], builder, kind, type, value);
        }
        return builder.ToAnnotations();
    }

    private static void AddAnnotation<T>(DataViewSchema.Annotations.Builder builder, string kind, DataViewType type,
        JsonNode node)
    {
        var value = Types.Value<T>(type, node);
        builder.Add(kind, type, (ref T dst) => dst = value);
    }

    private sealed class Cursor(MemoryView view) : DataViewRowCursor
    {
        private int _position = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            _position = _position + 1 < view._rowCount ? _position + 1 : -1;
            return _position >= 0;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            var values = view._columns[column.Index] as TValue[]
                ?? throw new InvalidOperationException($"Column {column.Name} is {column.Type.RawType}, not {typeof(TValue)}.");
            return (ref TValue value) =>
                value = _position >= 0 ? values[_position] : throw new InvalidOperationException("The cursor is not on a row.");
        }
    }
}
