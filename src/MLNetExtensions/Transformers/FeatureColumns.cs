using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>The columns that a network takes, in the order of its inputs: most often one.</summary>
internal sealed class FeatureColumns(params IReadOnlyList<FeatureColumn> columns)
{
    public IReadOnlyList<FeatureColumn> Columns => columns;

    /// <summary>The values of a row.</summary>
    public int Width { get; } = columns.Sum(column => column.Layout.Width);

    /// <summary>The names as messages quote them: <c>'color', 'size'</c>.</summary>
    public string Names => string.Join(", ", columns.Select(column => $"'{column.Name}'"));

    /// <summary>The type of the only column, or that of a row of all.</summary>
    public DataViewType Type => columns is [var only] ? only.Layout.Type : new VectorDataViewType(NumberDataViewType.Single, Width);

    /// <summary>Whether training keeps the features as bytes.</summary>
    public bool AreBytes =>
        columns is [{ Layout.Type: VectorDataViewType type }] && type.ItemType == NumberDataViewType.Byte;

    /// <summary>The columns in a schema, checked.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing or of another type than the network was trained on.</exception>
    /// <exception cref="InvalidOperationException">The keys of one stand for something else.</exception>
    public Column[] Find(DataViewSchema schema) => [.. columns.Select(wanted =>
    {
        Column column = ColumnShapes.Find(schema, "feature", wanted.Name);
        if (!wanted.Layout.Fits(column.Type))
            throw ColumnShapes.Mismatch("feature", wanted.Name, $"{wanted.Layout.Type}", $"{column.Type}");
        wanted.Layout.CheckMeaning(column);
        return column;
    })];

    /// <summary>A reader of columns that <see cref="Find"/> found.</summary>
    public FeatureReader CreateReader(DataViewRow row, IReadOnlyList<Column> found) => columns is [var only]
        ? only.Layout.CreateReader(row, found[0])
        : new JoinedFeatures(
            [.. columns.Zip(found, (column, source) => (column.Layout.CreateReader(row, source), column.Layout.Width))]);
}
