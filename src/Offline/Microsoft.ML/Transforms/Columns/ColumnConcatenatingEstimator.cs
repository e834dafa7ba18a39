namespace Microsoft.ML.Transforms;

public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly string _name;
    private readonly string[] _sources;

    internal ColumnConcatenatingEstimator(string outputColumnName, string[] inputColumnNames)
    {
        Contracts.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
        Contracts.CheckParam(Contracts.NotNull(inputColumnNames).Length > 0, nameof(inputColumnNames), "No input columns");
        Contracts.CheckParam(!inputColumnNames.Any(string.IsNullOrEmpty), nameof(inputColumnNames), "Some are null or empty");
        (_name, _sources) = (outputColumnName, inputColumnNames);
    }

    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new(_name, _sources);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var columns = new List<SchemaShape.Column>();
        foreach (var source in _sources)
        {
            var column = inputSchema.Find(source);
            Contracts.Check(!column.IsKey, $"Column '{source}' is a key: keys cannot be concatenated, map them to vectors.");
            Contracts.Check(columns.Count == 0 || column.ItemType.Equals(columns[0].ItemType),
                $"Concatenated columns should have the same type. '{source}' is {column.ItemType}, '{_sources[0]}' is not.");
            columns.Add(column);
        }
        var annotations = new List<SchemaShape.Column>();
        if (columns.All(c => c.IsNormalized())) annotations.Add(ColumnShapes.IsNormalized);
        if (columns.Any(HasCategories))
            annotations.Add(ColumnShapes.Vector(Kinds.CategoricalSlotRanges, NumberDataViewType.Int32));
        if (columns.Any(c => c.Kind == VectorKind.Scalar || c.HasSlotNames()))
            annotations.Add(ColumnShapes.Vector(Kinds.SlotNames, TextDataViewType.Instance));
        var kind = columns.Any(c => c.Kind == VectorKind.VariableVector) ? VectorKind.VariableVector : VectorKind.Vector;
        return inputSchema.With(new SchemaShape.Column(_name, kind, columns[0].ItemType, false, new(annotations)));
    }

    private static bool HasCategories(SchemaShape.Column column) =>
        column.Annotations.TryFindColumn(Kinds.CategoricalSlotRanges, out var ranges)
        && ranges.Kind == VectorKind.Vector && ranges.ItemType == NumberDataViewType.Int32;
}
