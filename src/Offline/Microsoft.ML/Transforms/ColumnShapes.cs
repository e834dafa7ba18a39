namespace Microsoft.ML.Transforms;

/// <summary>What transforms check of their input columns, and the annotations that they give their output columns.</summary>
internal static class ColumnShapes
{
    public static SchemaShape.Column IsNormalized { get; } =
        new(Kinds.IsNormalized, VectorKind.Scalar, BooleanDataViewType.Instance, false);

    public static SchemaShape.Column Vector(string kind, DataViewType itemType, bool isKey = false) =>
        new(kind, VectorKind.Vector, itemType, isKey);

    /// <summary>The shape with an output column made from each input column.</summary>
    public static SchemaShape Map(this SchemaShape inputSchema, InputOutputColumnPair[] columns,
        Func<string, SchemaShape.Column, SchemaShape.Column> shapeOf) => Contracts.NotNull(inputSchema).With(
            columns.Select(c => shapeOf(c.OutputColumnName, inputSchema.Find(c.InputColumnName))));

    public static void CheckType(this SchemaShape.Column column, bool holds, string expected) => Contracts.CheckParam(holds,
        "inputSchema", $"Schema mismatch for input column '{column.Name}': expected {expected}, got {column.GetTypeString()}");
    public static void CheckType(this DataViewSchema.Column column, bool holds, string expected) => Contracts.CheckParam(holds,
        "inputSchema", $"Schema mismatch for input column '{column.Name}': expected {expected}, got {column.Type}");

    /// <summary>Those annotations of these kinds that the column has.</summary>
    public static IEnumerable<SchemaShape.Column> Keep(this SchemaShape.Column column, params string[] kinds) =>
        kinds.SelectMany(kind => column.Annotations.Where(a => a.Name == kind));

    /// <summary>The annotations of a column that keep their meaning, and whether its values are now normalised.</summary>
    public static DataViewSchema.Annotations Keep(this DataViewSchema.Column column, bool isNormalized, params string[] kinds)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(column.Annotations, kinds.Contains);
        if (isNormalized) builder.AddIsNormalized();
        return builder.ToAnnotations();
    }

    public static void AddIsNormalized(this DataViewSchema.Annotations.Builder builder) =>
        builder.AddPrimitiveValue(Kinds.IsNormalized, BooleanDataViewType.Instance, true);

    /// <summary>A vector annotation whose value is made when it is first asked for.</summary>
    public static void AddVector<T>(this DataViewSchema.Annotations.Builder builder, string kind, VectorDataViewType type,
        Func<T[]> makeValue)
    {
        var value = new Lazy<T[]>(makeValue);
        builder.Add(kind, type, (ref VBuffer<T> result) => new VBuffer<T>(value.Value.Length, value.Value).CopyTo(ref result));
    }

    /// <summary>The value of a vector annotation of a type that was checked.</summary>
    public static T[] GetVector<T>(this DataViewSchema.Column column, string kind)
    {
        VBuffer<T> value = default;
        column.Annotations.GetValue(kind, ref value);
        return [.. value.DenseValues()];
    }

    /// <summary>The type of a vector annotation, or null.</summary>
    public static VectorDataViewType GetVectorType(this DataViewSchema.Column column, string kind) =>
        column.Annotations.Schema.GetColumnOrNull(kind)?.Type as VectorDataViewType;
}
