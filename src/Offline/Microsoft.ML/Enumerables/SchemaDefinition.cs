namespace Microsoft.ML.Data;

/// <summary>The columns of a class: its public fields, then its properties. Can be changed before it is used.</summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition() { }

    /// <summary>Read: the members that can be read, to load rows from. Write: those that can be written, to fill rows.</summary>
    [Flags]
    public enum Direction { Read = 1, Write = 2, Both = Read | Write }

    public Column this[string columnName]
    {
        get => Find(c => c.ColumnName == columnName);
        set
        {
            Contracts.CheckParam(Contracts.NotNull(value).ColumnName == columnName, nameof(columnName),
                $"The column name is specified as '{value.ColumnName}' but must match the selector '{columnName}'.");
            if (FindIndex(c => c.ColumnName == columnName) is >= 0 and var i) this[i] = value;
            else Add(value);
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        var definition = new SchemaDefinition();
        foreach (var member in MembersOf(Contracts.NotNull(userType), direction))
        {
            if (member.IsDefined(typeof(NoColumnAttribute))) continue;
            var name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            Contracts.CheckParam(definition[name] is null, nameof(userType), $"Duplicate column name '{name}'");
            definition.Add(new(member.Name, TypeOf(member), name));
        }
        return definition;
    }

    internal static IEnumerable<MemberInfo> MembersOf(Type userType, Direction direction)
    {
        const BindingFlags instance = BindingFlags.Public | BindingFlags.Instance;
        var fields = userType.GetFields(instance).Where(f => !f.IsLiteral);
        var properties = userType.GetProperties(instance).Where(p => p.GetIndexParameters().Length == 0
            && (direction.HasFlag(Direction.Read) && p.GetGetMethod() is not null
                || direction.HasFlag(Direction.Write) && p.GetSetMethod() is not null));
        return fields.Concat<MemberInfo>(properties);
    }

    internal static Type MemberTypeOf(MemberInfo member) =>
        member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    /// <summary>Whether the member holds vectors, and the raw type of its column or of the slots of it.</summary>
    internal static (bool IsVector, PrimitiveDataViewType ItemType) ShapeOf(MemberInfo member)
    {
        var type = MemberTypeOf(member);
        var item = type.IsArray ? type.GetElementType()
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>) ? type.GetGenericArguments()[0] : null;
        return (item is not null, DataKinds.TypeOf(item ?? type)
            ?? throw new ArgumentOutOfRangeException("rawType", $"Member {member.Name} has a type that no column has"));
    }

    private static DataViewType TypeOf(MemberInfo member)
    {
        var (isVector, itemType) = ShapeOf(member);
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            Contracts.CheckParam(KeyDataViewType.IsValidDataType(itemType.RawType), "userType",
                $"Member {member.Name} is marked with KeyType, but {itemType} is not a valid kind of data for a key");
            itemType = new KeyDataViewType(itemType.RawType, key.Count);
        }
        var vector = member.GetCustomAttribute<VectorTypeAttribute>();
        Contracts.CheckParam(isVector || vector is null, "userType",
            $"Member {member.Name} marked with {nameof(VectorTypeAttribute)}, but does not appear to be a vector type");
        return !isVector ? itemType
            : vector?.Dims is { Length: > 0 } dims ? new VectorDataViewType(itemType, dims) : new VectorDataViewType(itemType);
    }

    public sealed class Column
    {
        internal Column(string memberName, DataViewType columnType, string columnName) =>
            (MemberName, ColumnType, ColumnName) = (memberName, columnType, columnName);

        public string MemberName { get; }
        public string ColumnName { get; set; }
        public DataViewType ColumnType { get; set; }
        public DataViewSchema.Annotations Annotations { get; private set; } = DataViewSchema.Annotations.Empty;

        /// <summary>Takes type and annotations of a column of a schema: they can say more than the member.</summary>
        internal void Take(DataViewSchema.Column column) => (ColumnType, Annotations) = (column.Type, column.Annotations);
    }
}
