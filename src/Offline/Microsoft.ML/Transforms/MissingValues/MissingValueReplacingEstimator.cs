namespace Microsoft.ML.Transforms;

public sealed class MissingValueReplacingEstimator : IEstimator<MissingValueReplacingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly InputOutputColumnPair[] _columns;
    private readonly ReplacementMode _mode;
    private readonly bool _imputeBySlot;

    internal MissingValueReplacingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, ReplacementMode mode,
        bool imputeBySlot)
    {
        Contracts.CheckParam(!columns.Any(c => string.IsNullOrWhiteSpace(c.OutputColumnName)), "name",
            "name cannot be null or white space");
        (_env, _columns, _mode, _imputeBySlot) = (env, columns, mode, imputeBySlot);
    }

    public enum ReplacementMode : byte { DefaultValue = 0, Mean = 1, Minimum = 2, Maximum = 3, Mode = 5 }

    public MissingValueReplacingTransformer Fit(IDataView input)
    {
        var inputs = Array.ConvertAll(_columns, c => input.Schema.Find(c.InputColumnName, paramName: nameof(input)));
        var types = Array.ConvertAll(inputs, c => c.Type.GetItemType());
        Array.ForEach(types, CheckType);
        Contracts.Check(Enum.IsDefined(_mode), $"There is no replacement mode {_mode}.");
        return new(_columns, _mode == ReplacementMode.DefaultValue
            ? Array.ConvertAll(types, type => Generic.Call<ColumnFunction>(ByZero<float>, type.RawType, type))
            : ColumnLearner.Learn(_env, input, inputs, typeof(ReplacementLearner<>), _mode, _imputeBySlot));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_columns, (name, source) =>
    {
        CheckType(source.ItemType);
        return new(name, source.Kind, source.ItemType, false, new(source.Keep(Kinds.SlotNames, Kinds.IsNormalized)));
    });

    internal static void CheckType(DataViewType type) => Contracts.CheckParam(MissingValues.IsReal(type), "inputSchema",
        $"Type '{type}' is not supported by ReplaceMissingValues since it has no missing value other than its default");

    private static ColumnReplacement<T> ByZero<T>(DataViewType type) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(type, [[T.Zero]], false);
}

/// <summary>Puts a number in the place of NaN.</summary>
public sealed class MissingValueReplacingTransformer : OneToOneTransformerBase
{
    internal MissingValueReplacingTransformer(InputOutputColumnPair[] columns, ColumnFunction[] replacements)
        : base(columns, replacements) { }
    private MissingValueReplacingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(ctx) { }
}
