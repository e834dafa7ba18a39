namespace Microsoft.ML.Data;

/// <summary>Writes the columns of a row into the members of objects. Arrays of the right length are written into, so that filling
/// the same object again allocates nothing but texts.</summary>
internal sealed class ObjectFiller<TRow> where TRow : class
{
    private readonly List<(MemberColumn Member, DataViewSchema.Column Column)> _bound = [];

    public ObjectFiller(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        foreach (var member in MemberColumn.Of(typeof(TRow), definition, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(member.Column.Name) is { } column)
            {
                var (isVector, itemType) = SchemaDefinition.ShapeOf(member.Member);
                Contracts.Check(isVector == column.Type is VectorDataViewType
                    && itemType.RawType == column.Type.GetItemType().RawType,
                    $"Can't bind column '{column.Name}' of type '{column.Type}' to the member '{member.Member}'.");
                _bound.Add((member, column));
            }
            else if (!ignoreMissingColumns) throw Contracts.ExceptSchemaMismatch("Schema", "", member.Column.Name);
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bound.Select(b => b.Column);

    public Action<TRow> Bind(DataViewRow row)
    {
        var setters = _bound.Select(b => MakeSetter(b.Member, row, row.Schema[b.Column.Index])).ToArray();
        return target =>
        {
            foreach (var set in setters) set(target);
        };
    }

    private static Action<TRow> MakeSetter(MemberColumn member, DataViewRow row, DataViewSchema.Column column)
    {
        var raw = column.Type.GetItemType().RawType;
        return member.Type == typeof(string) ? ValueSetter<ReadOnlyMemory<char>, string>(member, row, column, t => t.ToString())
            : member.Type == typeof(string[]) ? ArraySetter<ReadOnlyMemory<char>, string>(member, row, column, t => t.ToString())
            : member.Type.IsArray ? Generic.Call<Action<TRow>>(ArraySetter<int>, raw, member, row, column)
            : column.Type is VectorDataViewType ? Generic.Call<Action<TRow>>(VectorSetter<int>, raw, member, row, column)
            : Generic.Call<Action<TRow>>(ValueSetter<int>, raw, member, row, column);
    }

    private static Action<TRow> ValueSetter<T>(MemberColumn member, DataViewRow row, DataViewSchema.Column column) =>
        ValueSetter<T, T>(member, row, column, value => value);

    private static Action<TRow> ValueSetter<T, TMember>(MemberColumn member, DataViewRow row, DataViewSchema.Column column,
        Func<T, TMember> convert)
    {
        var (get, write) = (row.GetGetter<T>(column), member.Writer<TRow, TMember>());
        T value = default;
        return target =>
        {
            get(ref value);
            write(target, convert(value));
        };
    }

    private static Action<TRow> VectorSetter<T>(MemberColumn member, DataViewRow row, DataViewSchema.Column column)
    {
        var (get, read) = (row.GetGetter<VBuffer<T>>(column), member.Reader<TRow, VBuffer<T>>());
        var write = member.Writer<TRow, VBuffer<T>>();
        return target =>
        {
            var value = read is null ? default : read(target);
            get(ref value);
            write(target, value);
        };
    }

    private static Action<TRow> ArraySetter<T>(MemberColumn member, DataViewRow row, DataViewSchema.Column column) =>
        ArraySetter<T, T>(member, row, column, null);

    private static Action<TRow> ArraySetter<T, TItem>(MemberColumn member, DataViewRow row, DataViewSchema.Column column,
        Func<T, TItem> convert)
    {
        var (get, read) = (row.GetGetter<VBuffer<T>>(column), member.Reader<TRow, TItem[]>());
        var write = member.Writer<TRow, TItem[]>();
        VBuffer<T> value = default;
        return target =>
        {
            get(ref value);
            var items = read?.Invoke(target);
            if ((items?.Length ?? 0) != value.Length) items = new TItem[value.Length];
            if (convert is null) value.CopyTo((T[])(object)items);
            else if (items is not null)
                foreach (var (i, item) in value.Items(all: true)) items[i] = convert(item);
            write(target, items);
        };
    }
}
