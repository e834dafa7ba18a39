using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Tests;

/// <summary>Columns as text, with the names and values of all annotations.</summary>
internal static class SchemaText
{
    private static readonly MethodInfo CreateShape = typeof(SchemaShape).GetMethod(
        "Create", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, [typeof(DataViewSchema)])!;

    public static string Of(Column column) =>
        $"{column.Name}: {column.Type} {{{string.Join("; ", column.Annotations.Schema.OrderBy(kind => kind.Name, StringComparer.Ordinal).Select(
            kind => $"{kind.Name} = {Value(column.Annotations, kind)}"))}}}";

    /// <summary>What is known of a schema before there is data, a line a column.</summary>
    public static string[] Of(SchemaShape shape) => [.. shape
        .Select(column => $"{column.Name}: {column.Kind} {column.ItemType}{(column.IsKey ? " key" : "")} {{{string.Join(
            "; ", column.Annotations.Select(kind => $"{kind.Name}: {kind.Kind} {kind.ItemType}{(kind.IsKey ? " key" : "")}")
                .Order(StringComparer.Ordinal))}}}")
        .Order(StringComparer.Ordinal)];

    /// <summary>ML.NET's own way from a schema to its shape, which is internal.</summary>
    public static SchemaShape Shape(DataViewSchema schema) => (SchemaShape)CreateShape.Invoke(null, [schema])!;

    private static string Value(DataViewSchema.Annotations annotations, Column kind) => kind.Type switch
    {
        TextDataViewType => Read<ReadOnlyMemory<char>>(annotations, kind).ToString(),
        BooleanDataViewType => Read<bool>(annotations, kind).ToString(),
        KeyDataViewType => Read<uint>(annotations, kind).ToString(),
        VectorDataViewType { ItemType: TextDataViewType } => Join(Read<VBuffer<ReadOnlyMemory<char>>>(annotations, kind)),
        VectorDataViewType { ItemType.RawType: var type } when type == typeof(int) => Join(Read<VBuffer<int>>(annotations, kind)),
        _ => throw new NotSupportedException($"{kind.Name}: {kind.Type}"),
    };

    private static string Join<T>(VBuffer<T> values) => string.Join(", ", values.DenseValues());

    private static T Read<T>(DataViewSchema.Annotations annotations, Column kind)
    {
        T value = default!;
        annotations.GetValue(kind.Name, ref value);
        return value;
    }
}
