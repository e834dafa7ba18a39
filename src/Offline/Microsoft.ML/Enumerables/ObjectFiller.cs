namespace Microsoft.ML.Data;

/// <summary>
/// Writes the columns of a row into the members of objects. Arrays of the right length are written into, so that filling the
/// same object again allocates nothing but texts.
/// </summary>
internal sealed class ObjectFiller<TRow> where TRow : class
{
    private readonly (MemberColumn Member, DataViewSchema.Column Column)[] _bound;

    public ObjectFiller(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        var members = MemberColumn.Of(typeof(TRow), definition, SchemaDefinition.Direction.Write);
        var bound = new List<(MemberColumn, DataViewSchema.Column)>();
        foreach (var member in members)
        {
            if (schema.GetColumnOrNull(member.Column.Name) is { } column)
            {
                var (isVector, itemType) = SchemaDefinition.ShapeOf(member.Member);
                Contracts.Check(isVector == column.Type is VectorDataViewType
                    && itemType.RawType == column.Type.GetItemType().RawType,
                    $"Can't bind column '{column.Name}' of type '{column.Type}' to the member '{member.Member}'.");
                bound.Add((member, column));
            }
            else if (!ignoreMissingColumns) throw Contracts.ExceptSchemaMismatch("Schema", "", member.Column.Name);
        }
        _bound = [.. bound];
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bound.Select(b => b.Column);

    /// <summary>Writes the values of the row at its position of the moment.</summary>
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
        return member.Type == typeof(string) ? TextSetter(member, row, column)
            : member.Type == typeof(string[]) ? ArraySetter<ReadOnlyMemory<char>, string>(member, row, column, ToText)
            : member.Type.IsArray ? Generic.Call<Action<TRow>>(CopySetter<int>, raw, member, row, column)
            : column.Type is VectorDataViewType ? Generic.Call<Action<TRow>>(VectorSetter<int>, raw, member, row, column)
            : Generic.Call<Action<TRow>>(ValueSetter<int>, raw, member, row, column);
    }

    private static void ToText(in ReadOnlyMemory<char> text, ref string output) => output = text.ToString();

    private static Action<TRow> ValueSetter<T>(MemberColumn member, DataViewRow row, DataViewSchema.Column column)
    {
        var (get, write) = (row.GetGetter<T>(column), member.Writer<TRow, T>());
        T value = default;
        return target =>
        {
            get(ref value);
            write(target, value);
        };
    }

    private static Action<TRow> TextSetter(MemberColumn member, DataViewRow row, DataViewSchema.Column column)
    {
        var (get, write) = (row.GetGetter<ReadOnlyMemory<char>>(column), member.Writer<TRow, string>());
        ReadOnlyMemory<char> value = default;
        return target =>
        {
            get(ref value);
            write(target, value.ToString());
        };
    }

    private static Action<TRow> VectorSetter<T>(MemberColumn member, DataViewRow row, DataViewSchema.Column column)
    {
        var (get, read, write) = (row.GetGetter<VBuffer<T>>(column), member.Reader<TRow, VBuffer<T>>(),
            member.Writer<TRow, VBuffer<T>>());
        return target =>
        {
            var value = read is null ? default : read(target);
            get(ref value);
            write(target, value);
        };
    }

    private static Action<TRow> CopySetter<T>(MemberColumn member, DataViewRow row, DataViewSchema.Column column) =>
        ArraySetter<T, T>(member, row, column, null);

    private static Action<TRow> ArraySetter<T, TItem>(MemberColumn member, DataViewRow row, DataViewSchema.Column column,
        ValueMapper<T, TItem> convert)
    {
        var (get, read, write) = (row.GetGetter<VBuffer<T>>(column), member.Reader<TRow, TItem[]>(),
            member.Writer<TRow, TItem[]>());
        VBuffer<T> value = default;
        T[] dense = null;
        return target =>
        {
            get(ref value);
            var items = read?.Invoke(target);
            if ((items?.Length ?? 0) != value.Length) items = new TItem[value.Length];
            if (convert is null) value.CopyTo((T[])(object)items);
            else if (items is not null)
            {
                if (dense?.Length != value.Length) dense = new T[value.Length];
                value.CopyTo(dense);
                for (var i = 0; i < dense.Length; i++) convert(dense[i], ref items[i]);
            }
            write(target, items);
        };
    }
}
