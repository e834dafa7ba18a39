using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Interop;

/// <summary>Columns of a <see cref="SchemaShape"/>: made, found, and compared with the errors of ML.NET's own trainers.</summary>
internal static class ColumnShapes
{
    public static SchemaShape Of(DataViewSchema schema) => SchemaShape.Create(schema);

    public static SchemaShape.Column Scalar(
        string name, DataViewType type, bool isKey = false, SchemaShape? annotations = null) =>
        new(name, SchemaShape.Column.VectorKind.Scalar, type, isKey, annotations);

    public static SchemaShape.Column Vector(string name, DataViewType type, SchemaShape? annotations = null) =>
        new(name, SchemaShape.Column.VectorKind.Vector, type, false, annotations);

    /// <summary>A vector of any number of keys, with key values that are text.</summary>
    public static SchemaShape.Column KeySequence(string name, DataViewType type)
    {
        SchemaShape values = new([Vector(AnnotationKinds.KeyValues, TextDataViewType.Instance)]);
        return new(name, SchemaShape.Column.VectorKind.VariableVector, type, true, values);
    }

    /// <summary>A predicted key: the label's type and key values, with a score column's annotations.</summary>
    public static SchemaShape.Column KeyLike(string name, SchemaShape.Column label)
    {
        SchemaShape annotations = new(AnnotationUtils.GetTrainerOutputAnnotation().Concat(
            label.Annotations.Where(column => column.Name == AnnotationKinds.KeyValues)));
        return Scalar(name, label.ItemType, label.IsKey, annotations);
    }

    /// <summary>The annotations of a score column.</summary>
    public static SchemaShape ScoreAnnotations(bool isNormalized = false) =>
        new(AnnotationUtils.GetTrainerOutputAnnotation(isNormalized));

    /// <summary>The annotations of a score column with a slot for each of the label's, which it has the names of.</summary>
    public static SchemaShape SlotScoreAnnotations(SchemaShape.Column label, bool isNormalized = false) =>
        new(AnnotationUtils.GetTrainerOutputAnnotation(isNormalized).Concat(
            label.Annotations.Where(column => column.Name == AnnotationKinds.SlotNames)));

    /// <summary>The annotations of a multiclass score column, which depend on the label's key values.</summary>
    public static SchemaShape MulticlassScoreAnnotations(SchemaShape.Column label) =>
        new(AnnotationUtils.AnnotationsForMulticlassScoreColumn(label));

    /// <summary>The column called <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static SchemaShape.Column Find(SchemaShape schema, string role, string name) =>
        schema.TryFindColumn(name, out SchemaShape.Column column)
            ? column
            : throw new ArgumentOutOfRangeException(nameof(schema), $"Could not find {role} column '{name}'");

    /// <inheritdoc cref="Find(SchemaShape, string, string)"/>
    public static DataViewSchema.Column Find(DataViewSchema schema, string role, string name) =>
        schema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException(nameof(schema), $"Could not find {role} column '{name}'");

    /// <summary>The column called <paramref name="name"/>, as features that a network can read: a vector of Single or
    /// Byte, of known size, or a vector of keys of any size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or it is of another type.</exception>
    public static SchemaShape.Column FindFeatures(SchemaShape schema, string name, bool takesKeys)
    {
        SchemaShape.Column features = Find(schema, "feature", name);
        SchemaShape.Column singles = Vector(name, NumberDataViewType.Single);
        bool areKeys = takesKeys && AreKeys(features) && features.Kind != SchemaShape.Column.VectorKind.Scalar;
        return areKeys || Fits(singles, features) || Fits(Vector(name, NumberDataViewType.Byte), features)
            ? features
            : throw Mismatch("feature", name, TypeName(singles), TypeName(features));
    }

    /// <summary>The column called <paramref name="name"/>, as one input of several that a network has: a number, a key, or a vector
    /// of either.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or it is of another type.</exception>
    public static SchemaShape.Column FindInput(SchemaShape schema, string name)
    {
        SchemaShape.Column column = Find(schema, "feature", name);
        bool isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        return AreKeys(column) || (isScalar && Fits(Scalar(name, NumberDataViewType.Single), column))
            || Fits(Vector(name, NumberDataViewType.Single), column) || Fits(Vector(name, NumberDataViewType.Byte), column)
            ? column
            : throw Mismatch("feature", name, "Single, a key, or a vector of Single, Byte or keys", TypeName(column));
    }

    /// <summary>Whether a column can serve where <paramref name="expected"/> is asked for.</summary>
    public static bool Fits(SchemaShape.Column expected, SchemaShape.Column actual) => expected.IsCompatibleWith(actual);

    /// <summary>ML.NET's error for a column of the wrong type.</summary>
    public static ArgumentOutOfRangeException Mismatch(string role, string name, string expected, string actual) =>
        new("schema", $"Schema mismatch for {role} column '{name}': expected {expected}, got {actual}");

    /// <summary>The type as ML.NET's messages name it.</summary>
    public static string TypeName(SchemaShape.Column column) => column.GetTypeString();

    // Keys of 64 bits are hashes of more values than a network has ids for.
    private static bool AreKeys(SchemaShape.Column column) =>
        column.IsKey && column.ItemType.RawType != typeof(ulong);
}
