namespace Microsoft.ML.Transforms;

/// <summary>Learns, in one pass over the data, how to bring columns to a common scale.</summary>
public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly InputOutputColumnPair[] _columns;
    private readonly long _maximumExampleCount;
    private readonly Type _learner;
    private readonly object[] _options;

    /// <param name="learner">The generic class of learners of a column, made of (row, column, options).</param>
    internal NormalizingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, long maximumExampleCount, Type learner,
        params object[] options)
    {
        foreach (var pair in columns) Contracts.CheckNonEmpty(pair.InputColumnName, "inputColumnName");
        Contracts.CheckParam(columns.Length == 0 || maximumExampleCount > 1, nameof(maximumExampleCount), "Must exceed 1");
        (_env, _columns, _maximumExampleCount, _learner, _options) = (env, columns, maximumExampleCount, learner, options);
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        var inputs = Array.ConvertAll(_columns, c => input.Schema.Find(c.InputColumnName, paramName: nameof(input)));
        foreach (var column in inputs)
            Contracts.CheckParam(MissingValues.IsReal(column.Type.GetItemType()) && column.Type.GetValueCount() > 0,
                nameof(input),
                $"Column '{column.Name}' must be a Single or a Double, or a vector of known size of these, but is {column.Type}");
        var examples = new RowRangeView(input, 0, _maximumExampleCount);
        return new(_columns, ColumnLearner.Learn(_env, examples, inputs, _learner, _options));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_columns, (name, source) =>
    {
        source.CheckType(source.Kind != VectorKind.VariableVector, "known-size vector or scalar");
        source.CheckType(MissingValues.IsReal(source.ItemType), "vector or scalar of Single or Double");
        return new(name, source.Kind, source.ItemType, source.IsKey,
            new([ColumnShapes.IsNormalized, .. source.Keep(Kinds.SlotNames)]));
    });
}

/// <summary>Applies to each column the function that was learnt for it.</summary>
public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    internal NormalizingTransformer(InputOutputColumnPair[] columns, ColumnFunction[] functions) : base(columns, functions) { }
    private NormalizingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(ctx) { }
}
