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
        return column.Type == typeof(string) ? ValueGetter<string, ReadOnlyMemory<char>>(column, text => text.AsMemory())
            : column.Type == typeof(string[]) ? ArrayGetter<string, ReadOnlyMemory<char>>(column, text => text.AsMemory())
            : column.Type.IsArray ? Generic.Call<Delegate>(ArrayGetter<int>, raw, column)
            : type is VectorDataViewType ? Generic.Call<Delegate>(VectorGetter<int>, raw, column)
            : type is KeyDataViewType key ? KeyGetter(column, key)
            : Generic.Call<Delegate>(ValueGetter<int>, raw, column);
    }

    private ValueGetter<T> ValueGetter<T>(MemberColumn column) => ValueGetter<T, T>(column, value => value);

    private ValueGetter<T> ValueGetter<TMember, T>(MemberColumn column, Func<TMember, T> convert)
    {
        var read = column.Reader<TRow, TMember>();
        return (ref T value) => value = convert(read(_current));
    }

    private ValueGetter<VBuffer<T>> ArrayGetter<T>(MemberColumn column) => ArrayGetter<T, T>(column, null);

    private ValueGetter<VBuffer<T>> ArrayGetter<TItem, T>(MemberColumn column, Func<TItem, T> convert)
    {
        var read = column.Reader<TRow, TItem[]>();
        return (ref VBuffer<T> value) =>
        {
            var items = read(_current) ?? [];
            var editor = VBufferEditor.Create(ref value, items.Length);
            if (convert is null) ((T[])(object)items).CopyTo(editor.Values);
            else
                for (var i = 0; i < items.Length; i++) editor.Values[i] = convert(items[i]);
            value = editor.Commit();
        };
    }

    private ValueGetter<VBuffer<T>> VectorGetter<T>(MemberColumn column)
    {
        var read = column.Reader<TRow, VBuffer<T>>();
        return (ref VBuffer<T> value) => read(_current).CopyTo(ref value);
    }

    /// <summary>Scalar keys count from 0 in objects and from 1 in columns; what is beyond the last is missing.</summary>
    private Delegate KeyGetter(MemberColumn column, KeyDataViewType type)
    {
        return type.RawType == typeof(uint) ? Getter<uint>() : type.RawType == typeof(ulong) ? Getter<ulong>()
            : type.RawType == typeof(byte) ? Getter<byte>()
            : throw new InvalidOperationException($"{column.Member}: keys of type {type.RawType.Name} cannot be loaded.");

        ValueGetter<T> Getter<T>() where T : IBinaryInteger<T> =>
            ValueGetter<T, T>(column, key => ulong.CreateTruncating(key) < type.Count ? key + T.One : T.Zero);
    }
}
