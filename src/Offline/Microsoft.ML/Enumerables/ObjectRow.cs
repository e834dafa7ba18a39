namespace Microsoft.ML.Data;

/// <summary>An object as a row; it can be exchanged for the next one.</summary>
internal sealed class ObjectRow<TRow> : DataViewRow where TRow : class
{
    private readonly MemberColumn[] _columns;
    private readonly bool[] _active;
    private long _position = -1;

    public ObjectRow(DataViewSchema schema, MemberColumn[] columns, bool[] active) =>
        (Schema, _columns, _active) = (schema, columns, active);

    /// <summary>The object that the getters read.</summary>
    public TRow Current { get; private set; }
    public override DataViewSchema Schema { get; }
    public override long Position => _position;
    public override long Batch => 0;

    public void MoveTo(TRow row)
    {
        Current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Contracts.CheckParam(_active[column.Index], nameof(column), "requested column not active");
        return MakeGetter(_columns[column.Index], column.Type).As<TValue>(column);
    }

    protected override void Dispose(bool disposing) => _position = -1;

    private Delegate MakeGetter(MemberColumn column, DataViewType type)
    {
        var raw = type.GetItemType().RawType;
        return column.Type == typeof(string) ? TextGetter(column)
            : column.Type == typeof(string[]) ? TextsGetter(column)
            : column.Type.IsArray ? Generic.Call<Delegate>(ArrayGetter<int>, raw, column)
            : type is VectorDataViewType ? Generic.Call<Delegate>(VectorGetter<int>, raw, column)
            : type is KeyDataViewType key ? KeyGetter(column, key)
            : Generic.Call<Delegate>(ValueGetter<int>, raw, column);
    }

    private ValueGetter<T> ValueGetter<T>(MemberColumn column)
    {
        var read = column.Reader<TRow, T>();
        return (ref T value) => value = read(Current);
    }

    private ValueGetter<ReadOnlyMemory<char>> TextGetter(MemberColumn column)
    {
        var read = column.Reader<TRow, string>();
        return (ref ReadOnlyMemory<char> value) => value = read(Current).AsMemory();
    }

    private ValueGetter<VBuffer<ReadOnlyMemory<char>>> TextsGetter(MemberColumn column)
    {
        var read = column.Reader<TRow, string[]>();
        return (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            var texts = read(Current) ?? [];
            var editor = VBufferEditor.Create(ref value, texts.Length);
            for (var i = 0; i < texts.Length; i++) editor.Values[i] = texts[i].AsMemory();
            value = editor.Commit();
        };
    }

    private ValueGetter<VBuffer<T>> ArrayGetter<T>(MemberColumn column)
    {
        var read = column.Reader<TRow, T[]>();
        return (ref VBuffer<T> value) =>
        {
            var items = read(Current).AsSpan();
            var editor = VBufferEditor.Create(ref value, items.Length);
            items.CopyTo(editor.Values);
            value = editor.Commit();
        };
    }

    private ValueGetter<VBuffer<T>> VectorGetter<T>(MemberColumn column)
    {
        var read = column.Reader<TRow, VBuffer<T>>();
        return (ref VBuffer<T> value) => read(Current).CopyTo(ref value);
    }

    /// <summary>Scalar keys count from 0 in objects and from 1 in columns; what is beyond the last is missing.</summary>
    private Delegate KeyGetter(MemberColumn column, KeyDataViewType type)
    {
        if (type.RawType == typeof(uint)) return Getter<uint>();
        if (type.RawType == typeof(ulong)) return Getter<ulong>();
        return type.RawType == typeof(byte) ? Getter<byte>()
            : throw new InvalidOperationException($"{column.Member}: keys of type {type.RawType.Name} cannot be loaded.");

        ValueGetter<T> Getter<T>() where T : System.Numerics.IBinaryInteger<T>
        {
            var read = column.Reader<TRow, T>();
            return (ref T value) =>
            {
                var key = read(Current);
                value = ulong.CreateTruncating(key) < type.Count ? key + T.One : T.Zero;
            };
        }
    }
}
