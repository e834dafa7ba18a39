namespace Microsoft.ML.Data;

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

    public static bool IsNormalized(this SchemaShape.Column column) =>
        column.Annotations.TryFindColumn(Kinds.IsNormalized, out var annotation) && annotation.ItemType is BooleanDataViewType
        && annotation is { Kind: VectorKind.Scalar, IsKey: false };

    public static bool HasSlotNames(this SchemaShape.Column col) => col.Kind == VectorKind.Vector
        && col.Annotations.TryFindColumn(Kinds.SlotNames, out var names) && IsTextVector(names);

    public static IEnumerable<SchemaShape.Column> GetTrainerOutputAnnotation(bool isNormalized = false)
    {
        yield return new(Kinds.ScoreColumnSetId, VectorKind.Scalar, NumberDataViewType.UInt32, true);
        yield return new(Kinds.ScoreColumnKind, VectorKind.Scalar, TextDataViewType.Instance, false);
        yield return new(Kinds.ScoreValueKind, VectorKind.Scalar, TextDataViewType.Instance, false);
        if (isNormalized) yield return new(Kinds.IsNormalized, VectorKind.Scalar, BooleanDataViewType.Instance, false);
    }

    public static IEnumerable<SchemaShape.Column> AnnotationsForMulticlassScoreColumn(SchemaShape.Column? labelColumn = null)
    {
        if (labelColumn is { IsKey: true } label && label.Annotations.TryFindColumn(Kinds.KeyValues, out var keys)
            && keys.Kind == VectorKind.Vector)
        {
            if (IsTextVector(keys)) yield return new(Kinds.SlotNames, VectorKind.Vector, TextDataViewType.Instance, false);
            yield return new(Kinds.TrainingLabelValues, VectorKind.Vector, keys.ItemType, false);
        }
        foreach (var column in GetTrainerOutputAnnotation()) yield return column;
    }

    /// <summary>The largest key value of an annotation kind: a new set of score columns takes the next.</summary>
    public static uint GetMaxAnnotationKind(this DataViewSchema schema, out int colMax, string annotationKind,
        Func<DataViewSchema, int, bool> filterFunc = null)
    {
        uint max = 0;
        colMax = -1;
        foreach (var column in schema.Where(c => filterFunc?.Invoke(schema, c.Index) != false))
        {
            if (column.Annotations.Schema.GetColumnOrNull(annotationKind)?.Type is not KeyDataViewType key
                || key.RawType != typeof(uint)) continue;
            uint value = 0;
            column.Annotations.GetValue(annotationKind, ref value);
            if (value > max) (max, colMax) = (value, column.Index);
        }
        return max;
    }

    private static bool IsTextVector(SchemaShape.Column column) =>
        column is { Kind: VectorKind.Vector, IsKey: false, ItemType: TextDataViewType };
}
