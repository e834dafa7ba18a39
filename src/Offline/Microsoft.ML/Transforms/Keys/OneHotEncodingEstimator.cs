namespace Microsoft.ML.Transforms;

public sealed class OneHotEncodingEstimator : IEstimator<OneHotEncodingTransformer>
{
    private readonly ValueToKeyMappingEstimator _toKey;
    private readonly KeyToVectorMappingEstimator _toVector; // none when the keys are all that is asked for

    internal OneHotEncodingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, OutputKind kind,
        int maximumNumberOfKeys, ValueToKeyMappingEstimator.KeyOrdinality ordinality, IDataView keyData)
    {
        _toKey = new(env, columns, maximumNumberOfKeys, ordinality, namesAsText: true, keyData);
        KeyVectorKind? vectorKind = kind switch
        {
            OutputKind.Key => null,
            OutputKind.Indicator => KeyVectorKind.Indicator,
            OutputKind.Bag => KeyVectorKind.Counts,
            OutputKind.Binary => KeyVectorKind.Bits,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), $"There is no output kind {kind}"),
        };
        if (vectorKind is { } k)
            _toVector = new(Array.ConvertAll(columns, c => new InputOutputColumnPair(c.OutputColumnName)), k);
    }

    public enum OutputKind : byte { Bag = 1, Indicator = 2, Key = 3, Binary = 4 }

    public OneHotEncodingTransformer Fit(IDataView input) =>
        new(_toVector is null ? new TransformerChain<ITransformer>(_toKey.Fit(input))
            : _toKey.Append<ITransformer>(_toVector).Fit(input));

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var keys = _toKey.GetOutputSchema(inputSchema);
        return _toVector is null ? keys : _toVector.GetOutputSchema(keys);
    }
}

/// <summary>Values mapped to keys, and these to vectors. The keys stay as a hidden column.</summary>
public sealed class OneHotEncodingTransformer : ITransformer
{
    private readonly ITransformer _chain;
    internal OneHotEncodingTransformer(ITransformer chain) => _chain = chain;
    bool ITransformer.IsRowToRowMapper => _chain.IsRowToRowMapper;
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);
    public IDataView Transform(IDataView input) => _chain.Transform(input);
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => _chain.GetRowToRowMapper(inputSchema);
    void ICanSaveModel.Save(ModelSaveContext ctx) => _chain.Save(ctx);
}
