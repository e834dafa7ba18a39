[assembly: LoadableClass(typeof(NormalizingTransformer), null, typeof(SignatureLoadModel), "")]

namespace Microsoft.ML.Transforms;

/// <summary>Learns, in one pass over the data, how to bring columns to a common scale.</summary>
public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly IHost _host;
    private readonly ColumnPair[] _columns;
    private readonly long _maximumExampleCount;
    private readonly NormalizerOptions _options;

    internal NormalizingEstimator(IHostEnvironment env, ColumnPair[] columns, long maximumExampleCount, NormalizerOptions options)
    {
        foreach (var (output, input) in columns)
        {
            Contracts.CheckNonEmpty(output, "name");
            Contracts.CheckNonEmpty(input, "inputColumnName");
        }
        Contracts.CheckParam(columns.Length == 0 || maximumExampleCount > 1, nameof(maximumExampleCount),
            "Must be greater than 1");
        (_host, _columns) = (env.Register(nameof(NormalizingEstimator)), columns);
        (_maximumExampleCount, _options) = (maximumExampleCount, options);
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        var inputs = Array.ConvertAll(_columns, c => input.Schema.Find(c.inputColumnName, paramName: nameof(input)));
        foreach (var column in inputs)
            Contracts.CheckParam(MissingValues.IsReal(column.Type.GetItemType()) && column.Type.GetValueCount() > 0,
                nameof(input),
                $"Column '{column.Name}' must be a Single or a Double, or a vector of known size of these, but is {column.Type}");
        var examples = new RowRangeView(input, 0, _maximumExampleCount);
        return new(_host, _columns, ColumnLearner.Learn(_host, examples, inputs, MakeStatistics<float>));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_columns, (name, source) =>
    {
        source.CheckType(source.Kind != VectorKind.VariableVector, "known-size vector or scalar");
        source.CheckType(MissingValues.IsReal(source.ItemType), "vector or scalar of Single or Double");
        return new(name, source.Kind, source.ItemType, source.IsKey,
            new([ColumnShapes.IsNormalized, .. source.Keep(Kinds.SlotNames)]));
    });

    private NormalizerStatistics<T> MakeStatistics<T>(DataViewRow row, DataViewSchema.Column column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => _options.MakeStatistics(new SlotReader<T>(row, column));
}

/// <summary>Which statistics a normaliser collects, and how.</summary>
internal abstract record NormalizerOptions
{
    public abstract NormalizerStatistics<T> MakeStatistics<T>(SlotReader<T> reader)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    public sealed record MinMax(bool FixZero) : NormalizerOptions
    {
        public override NormalizerStatistics<T> MakeStatistics<T>(SlotReader<T> reader) =>
            new MinMaxStatistics<T>(reader, FixZero);
    }

    public sealed record MeanVariance(bool FixZero, bool UseCdf, bool UseLog) : NormalizerOptions
    {
        public override NormalizerStatistics<T> MakeStatistics<T>(SlotReader<T> reader) =>
            new MeanVarianceStatistics<T>(reader, FixZero, UseCdf, UseLog);
    }

    public sealed record RobustScaling(bool CenterData, uint QuantileMin, uint QuantileMax) : NormalizerOptions
    {
        public override NormalizerStatistics<T> MakeStatistics<T>(SlotReader<T> reader) =>
            new RobustStatistics<T>(reader, CenterData, QuantileMin, QuantileMax);
    }

    public sealed record Binning(bool FixZero, int MaximumBinCount) : NormalizerOptions
    {
        public override NormalizerStatistics<T> MakeStatistics<T>(SlotReader<T> reader)
        {
            Contracts.CheckParam(MaximumBinCount > 1, nameof(MaximumBinCount), "Must be greater than 1");
            return new BinStatistics<T>(reader, FixZero, MaximumBinCount);
        }
    }
}

/// <summary>Applies to each column the function that was learnt for it.</summary>
public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    internal NormalizingTransformer(IHostEnvironment env, ColumnPair[] columns, ColumnFunction[] functions)
        : base(env.Register(nameof(NormalizingTransformer)), columns, functions) { }

    private NormalizingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(NormalizingTransformer)), ctx, Load<float>) { }

    private static NormalizerFunction<T> Load<T>(DataViewType type, ModelLoadContext ctx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => NormalizerFunction<T>.Load(type, ctx);
}
