namespace Microsoft.ML.Data;

/// <summary>The kinds of annotations and the shapes of those that trainers give.</summary>
internal static class AnnotationUtils
{
    public static class Kinds
    {
        public const string SlotNames = "SlotNames";
        public const string KeyValues = "KeyValues";
        public const string ScoreColumnSetId = "ScoreColumnSetId";
        public const string ScoreColumnKind = "ScoreColumnKind";
        public const string ScoreValueKind = "ScoreValueKind";
        public const string IsNormalized = "IsNormalized";
        public const string TrainingLabelValues = "TrainingLabelValues";
        public const string CategoricalSlotRanges = "CategoricalSlotRanges";
    }

    public static KeyDataViewType ScoreColumnSetIdType { get; } = new(typeof(uint), int.MaxValue);

    public static bool HasSlotNames(this DataViewSchema.Column column, int vectorSize) =>
        vectorSize > 0 && column.Annotations.Schema.GetColumnOrNull(Kinds.SlotNames)?.Type is VectorDataViewType type
        && type.Size == vectorSize && type.ItemType is TextDataViewType;

    public static bool IsNormalized(this SchemaShape.Column column) =>
        column.Annotations.TryFindColumn(Kinds.IsNormalized, out var annotation) && annotation.ItemType is BooleanDataViewType
        && annotation is { Kind: SchemaShape.Column.VectorKind.Scalar, IsKey: false };

    public static bool HasSlotNames(this SchemaShape.Column col) => col.Kind == SchemaShape.Column.VectorKind.Vector
        && col.Annotations.TryFindColumn(Kinds.SlotNames, out var names) && IsTextVector(names);

    public static IEnumerable<SchemaShape.Column> GetTrainerOutputAnnotation(bool isNormalized = false)
    {
        yield return new(Kinds.ScoreColumnSetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true);
        yield return new(Kinds.ScoreColumnKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, false);
        yield return new(Kinds.ScoreValueKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, false);
        if (isNormalized)
            yield return new(Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);
    }

    public static IEnumerable<SchemaShape.Column> AnnotationsForMulticlassScoreColumn(SchemaShape.Column? labelColumn = null)
    {
        if (labelColumn is { IsKey: true } label && label.Annotations.TryFindColumn(Kinds.KeyValues, out var keys)
            && keys.Kind == SchemaShape.Column.VectorKind.Vector)
        {
            if (IsTextVector(keys))
                yield return new(Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);
            yield return new(Kinds.TrainingLabelValues, SchemaShape.Column.VectorKind.Vector, keys.ItemType, false);
        }
        foreach (var column in GetTrainerOutputAnnotation()) yield return column;
    }

    /// <summary>The largest key value of an annotation kind: a new set of score columns takes the next.</summary>
    public static uint GetMaxAnnotationKind(this DataViewSchema schema, out int colMax, string annotationKind,
        Func<DataViewSchema, int, bool> filterFunc = null)
    {
        uint max = 0;
        colMax = -1;
        foreach (var column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(annotationKind)?.Type is not KeyDataViewType key
                || key.RawType != typeof(uint)) continue;
            if (filterFunc is not null && !filterFunc(schema, column.Index)) continue;
            uint value = 0;
            column.Annotations.GetValue(annotationKind, ref value);
            if (value > max) (max, colMax) = (value, column.Index);
        }
        return max;
    }

    private static bool IsTextVector(SchemaShape.Column column) =>
        column is { Kind: SchemaShape.Column.VectorKind.Vector, IsKey: false, ItemType: TextDataViewType };
}
