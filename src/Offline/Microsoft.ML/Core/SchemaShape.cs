namespace Microsoft.ML;

/// <summary>What is known of a schema before there is data: names, kinds, annotations; no sizes, no key counts.</summary>
public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private static readonly SchemaShape _empty = new([]);
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns)
    {
        _columns = Contracts.NotNull(columns).ToArray();
        Contracts.CheckParam(_columns.All(c => c.IsValid), nameof(columns), "Some items are not initialized properly.");
    }

    public int Count => _columns.Length;
    public Column this[int index] => _columns[index];
    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SchemaShape Create(DataViewSchema schema)
    {
        return new(Contracts.NotNull(schema).Where(c => !c.IsHidden)
            .Select(c => ShapeOf(c, new(c.Annotations.Schema.Select(a => ShapeOf(a, _empty))))));

        static Column ShapeOf(DataViewSchema.Column column, SchemaShape annotations)
        {
            var (type, isKey) = (column.Type.GetItemType(), column.Type.GetItemType() is KeyDataViewType);
            var kind = column.Type is not VectorDataViewType vector ? Column.VectorKind.Scalar
                : vector.IsKnownSize ? Column.VectorKind.Vector : Column.VectorKind.VariableVector;
            return new(column.Name, kind, isKey ? DataKinds.TypeOf(type.RawType) : type, isKey, annotations);
        }
    }

    internal bool TryFindColumn(string name, out Column column)
    {
        Contracts.CheckValue(name, nameof(name));
        column = Array.Find(_columns, c => c.Name == name);
        return column.IsValid;
    }

    /// <summary>This shape with columns put in the place of those of their names, or at the end.</summary>
    internal SchemaShape With(params IEnumerable<Column> columns)
    {
        var result = _columns.ToList();
        foreach (var column in columns)
        {
            var i = result.FindIndex(c => c.Name == column.Name);
            if (i < 0) result.Add(column);
            else result[i] = column;
        }
        return new(result);
    }

    public readonly struct Column
    {
        public readonly string Name;
        public readonly VectorKind Kind;
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Contracts.CheckNonEmpty(name, nameof(name));
            Contracts.CheckParam(itemType is not (KeyDataViewType or VectorDataViewType),
                nameof(itemType), "Not a plain item type");
            Contracts.CheckParam(!isKey || KeyDataViewType.IsValidDataType(itemType.RawType), nameof(itemType), "No key type");
            (Name, Kind, ItemType, IsKey, Annotations) = (name, vecKind, itemType, isKey, annotations ?? _empty);
        }

        public enum VectorKind { Scalar, Vector, VariableVector }
        internal bool IsValid => Name is not null;

        internal bool IsCompatibleWith(Column source)
        {
            Contracts.Check(source.IsValid, "The column is not initialized.");
            return Name == source.Name && Kind == source.Kind && ItemType.Equals(source.ItemType) && IsKey == source.IsKey
                && Annotations.All(a => source.Annotations.TryFindColumn(a.Name, out var other) && a.IsCompatibleWith(other));
        }

        internal string GetTypeString()
        {
            var item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
            return Kind == VectorKind.Scalar ? item : Kind == VectorKind.Vector ? $"Vector<{item}>" : $"VarVector<{item}>";
        }
    }
}
