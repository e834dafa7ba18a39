namespace Microsoft.ML.Data;

internal sealed class ObjectRow<TRow>(DataViewSchema schema, MemberColumn[] columns, bool[] active) : DataViewRow
    where TRow : class
{
    private TRow _current;
    private long _position = -1;

    public override DataViewSchema Schema => schema;
    public override long Position => _position;
    public override long Batch => 0;
    public void MoveTo(TRow row) => (_current, _position) = (row, _position + 1);
    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Contracts.CheckParam(active[column.Index], nameof(column), "requested column not active");
        return MakeGetter(columns[column.Index], column.Type).As<TValue>(column);
    }

    protected override void Dispose(bool disposing) => _position = -1;

    private Delegate MakeGetter(MemberColumn column, DataViewType type)
    {
        var raw = type.GetItemType().RawType;
        return column.Type.IsArray
            ? Generic.Call<Delegate>(ArrayGetter<int, int>, [column.Type.GetElementType(), raw], column)
            : type is KeyDataViewType key ? Generic.Call<Delegate>(KeyGetter<int>, raw, column, key)
            : Generic.Call<Delegate>(ValueGetter<int, int>, [column.Type, type.RawType], column);
    }

    private ValueGetter<T> ValueGetter<TMember, T>(MemberColumn column)
    {
        var (read, convert) = (column.Reader<TRow, TMember>(), MemberColumn.Converter<TMember, T>());
        return (ref value) => ValueCopy<T>.Copy(convert(read(_current)), ref value);
    }

    private ValueGetter<VBuffer<T>> ArrayGetter<TItem, T>(MemberColumn column)
    {
        var (read, convert) = (column.Reader<TRow, TItem[]>(), MemberColumn.Converter<TItem, T>());
        return (ref value) =>
        {
            var items = read(_current) ?? [];
            var editor = VBufferEditor.Create(ref value, items.Length);
            if ((object)items is T[] values) values.CopyTo(editor.Values);
            else
                for (var i = 0; i < items.Length; i++) editor.Values[i] = convert(items[i]);
            value = editor.Commit();
        };
    }

    /// <summary>Scalar keys count from 0 in objects and from 1 in columns; what is beyond the last is missing.</summary>
    private ValueGetter<T> KeyGetter<T>(MemberColumn column, KeyDataViewType type) where T : IBinaryInteger<T>
    {
        Contracts.Check(typeof(T) != typeof(ushort), $"{column.Member}: keys of type {typeof(T).Name} cannot be loaded.");
        var read = column.Reader<TRow, T>();
        return (ref value) =>
            value = read(_current) is var key && ulong.CreateTruncating(key) < type.Count ? key + T.One : T.Zero;
    }
}
