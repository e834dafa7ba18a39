namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly InputOutputColumnPair[] _columns;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _ordinality;
    private readonly bool _namesAsText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, int maximumNumberOfKeys,
        KeyOrdinality ordinality, bool namesAsText, IDataView keyData)
    {
        Contracts.CheckParam(columns.Length > 0, nameof(columns), "No columns to map are given");
        Contracts.CheckParam(!columns.Any(c => string.IsNullOrWhiteSpace(c.OutputColumnName)), "outputColumnName",
            "The name cannot be null or white space");
        Contracts.CheckParam(keyData is null || keyData.Schema.Count == 1, nameof(keyData),
            $"The key data must have one column, that of the terms to map, but it has {keyData?.Schema.Count}.");
        (_env, _columns, _maximumNumberOfKeys, _ordinality) = (env, columns, maximumNumberOfKeys, ordinality);
        (_namesAsText, _keyData) = (namesAsText, keyData);
    }

    public enum KeyOrdinality : byte { ByOccurrence = 0, ByValue = 1 }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        var inputs = Array.ConvertAll(_columns, c => input.Schema.Find(c.InputColumnName));
        if (_keyData is null)
        {
            Contracts.CheckParam(_maximumNumberOfKeys > 0, nameof(_maximumNumberOfKeys), "Must be positive");
            return new(_columns, Learn(input, inputs, _maximumNumberOfKeys));
        }
        var terms = _keyData.Schema[0];
        foreach (var column in inputs)
            Contracts.CheckParam(terms.Type.Equals(column.Type.GetItemType()), "keyData",
                $"The key data must be of type '{column.Type.GetItemType()}' as column '{column.Name}', but is '{terms.Type}'");
        var map = Learn(_keyData, [terms], int.MaxValue)[0];
        return new(_columns, Array.ConvertAll(inputs, _ => map));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_columns, (name, source) =>
    {
        var isVector = source.Annotations.TryFindColumn(Kinds.KeyValues, out var values) && values.Kind == VectorKind.Vector;
        if (!source.IsKey || !isVector)
            values = ColumnShapes.Vector(Kinds.KeyValues, _namesAsText ? TextDataViewType.Instance : source.ItemType,
                source.IsKey);
        return new(name, source.Kind, NumberDataViewType.UInt32, true, new([.. source.Keep(Kinds.SlotNames), values]));
    });

    private ColumnFunction[] Learn(IDataView data, DataViewSchema.Column[] columns, int maximumCount) => ColumnLearner.Learn(
        _env, data, columns, typeof(KeyMapLearner<>), maximumCount, _ordinality == KeyOrdinality.ByValue, _namesAsText);
}

/// <summary>Maps values to keys; a value that was not learnt is missing.</summary>
public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal ValueToKeyMappingTransformer(InputOutputColumnPair[] columns, ColumnFunction[] maps) : base(columns, maps) { }
    private ValueToKeyMappingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(ctx) { }
}
