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

    private static Action<TRow> MakeSetter(MemberColumn member, DataViewRow row, DataViewSchema.Column column) =>
        member.Type.IsArray
        ? Generic.Call<Action<TRow>>(ArraySetter<int, int>, [column.Type.GetItemType().RawType, member.Type.GetElementType()],
            member, row, column)
        : Generic.Call<Action<TRow>>(ValueSetter<int, int>, [column.Type.RawType, member.Type], member, row, column);

    private static Action<TRow> ValueSetter<T, TMember>(MemberColumn member, DataViewRow row, DataViewSchema.Column column)
    {
        var (get, convert) = (row.GetGetter<T>(column), MemberColumn.Converter<T, TMember>());
        // the buffers of a vector are the object's own
        var read = column.Type is VectorDataViewType ? member.Reader<TRow, T>() : null;
        var write = member.Writer<TRow, TMember>();
        return target =>
        {
            var value = read is null ? default : read(target);
            get(ref value);
            write(target, convert(value));
        };
    }

    private static Action<TRow> ArraySetter<T, TItem>(MemberColumn member, DataViewRow row, DataViewSchema.Column column)
    {
        var (get, convert) = (row.GetGetter<VBuffer<T>>(column), MemberColumn.Converter<T, TItem>());
        var (read, write) = (member.Reader<TRow, TItem[]>(), member.Writer<TRow, TItem[]>());
        VBuffer<T> value = default;
        return target =>
        {
            get(ref value);
            var items = read?.Invoke(target);
            if ((items?.Length ?? 0) != value.Length) items = new TItem[value.Length];
            if ((object)items is T[] values) value.CopyTo(values);
            else if (items is not null)
                foreach (var (i, item) in value.Items(all: true)) items[i] = convert(item);
            write(target, items);
        };
    }
}
