using System.Linq.Expressions;

namespace Microsoft.ML.Data;

internal sealed record MemberColumn(MemberInfo Member, DataViewSchema.DetachedColumn Column)
{
    public Type Type => SchemaDefinition.MemberTypeOf(Member);

    /// <summary>The columns of a class: as the definition says, or else all that can be read or written.</summary>
    public static MemberColumn[] Of(Type userType, SchemaDefinition definition, SchemaDefinition.Direction direction) =>
        (definition ?? SchemaDefinition.Create(userType, direction)).Select(c => Bind(userType, c)).ToArray();
    public static DataViewSchema SchemaOf(IEnumerable<MemberColumn> columns) => DataViewSchema.Of(columns.Select(c => c.Column));

    /// <summary>A compiled reader of the member; null when it can only be written.</summary>
    public Func<TRow, TValue> Reader<TRow, TValue>()
    {
        if (Member is PropertyInfo property && property.GetGetMethod() is null) return null;
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TValue>>(Expression.MakeMemberAccess(row, Member), row).Compile();
    }

    public Action<TRow, TValue> Writer<TRow, TValue>()
    {
        if (Member is FieldInfo { IsInitOnly: true } field) return (target, content) => field.SetValue(target, content);
        var (row, value) = (Expression.Parameter(typeof(TRow)), Expression.Parameter(typeof(TValue)));
        var assign = Expression.Assign(Expression.MakeMemberAccess(row, Member), value);
        return Expression.Lambda<Action<TRow, TValue>>(assign, row, value).Compile();
    }

    /// <summary>From what a member holds to what its column holds, or back: text is a string in a member, all else is the
    /// same.</summary>
    public static Func<TFrom, TTo> Converter<TFrom, TTo>()
    {
        Delegate convert = typeof(TFrom) == typeof(TTo) ? (TFrom value) => value
            : typeof(TTo) == typeof(string) ? (ReadOnlyMemory<char> text) => text.ToString() : (string text) => text.AsMemory();
        return (Func<TFrom, TTo>)convert;
    }

    private static MemberColumn Bind(Type userType, SchemaDefinition.Column column)
    {
        const string parameter = "userSchemaDefinition";
        Contracts.CheckParam(column.MemberName is not null, parameter, "Null field name detected in schema definition");
        var member = userType.GetField(column.MemberName) ?? (MemberInfo)userType.GetProperty(column.MemberName)
            ?? throw new ArgumentOutOfRangeException(parameter, $"'{userType}' has no field or property '{column.MemberName}'");
        var (isVector, itemType) = SchemaDefinition.ShapeOf(member);
        var name = string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName;
        var type = column.ColumnType ?? (isVector ? new VectorDataViewType(itemType) : itemType);
        Contracts.CheckParam(isVector == type is VectorDataViewType && type.GetItemType().RawType == itemType.RawType, parameter,
            $"Column '{name}' is supposed to be {type}, but the member is '{member}'");
        return new(member, new(name, type, column.Annotations));
    }
}
