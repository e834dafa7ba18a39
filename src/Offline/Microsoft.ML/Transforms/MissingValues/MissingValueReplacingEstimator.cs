[assembly: LoadableClass(typeof(MissingValueReplacingTransformer), null, typeof(SignatureLoadModel), "")]

namespace Microsoft.ML.Transforms;

public sealed class MissingValueReplacingEstimator : IEstimator<MissingValueReplacingTransformer>
{
    private readonly IHost _host;
    private readonly ColumnPair[] _columns;
    private readonly ReplacementMode _mode;
    private readonly bool _imputeBySlot;

    internal MissingValueReplacingEstimator(IHostEnvironment env, ColumnPair[] columns, ReplacementMode mode, bool imputeBySlot)
    {
        Contracts.CheckParam(!columns.Any(c => string.IsNullOrWhiteSpace(c.outputColumnName)), "name",
            "name cannot be null or white space");
        (_host, _columns) = (env.Register(nameof(MissingValueReplacingEstimator)), columns);
        (_mode, _imputeBySlot) = (mode, imputeBySlot);
    }

    public enum ReplacementMode : byte
    {
        DefaultValue = 0,
        Mean = 1,
        Minimum = 2,
        Maximum = 3,
        Mode = 5,
    }

    public MissingValueReplacingTransformer Fit(IDataView input)
    {
        var inputs = Array.ConvertAll(_columns, c => input.Schema.Find(c.inputColumnName, paramName: nameof(input)));
        var types = Array.ConvertAll(inputs, c => c.Type.GetItemType());
        Array.ForEach(types, CheckType);
        Contracts.Check(Enum.IsDefined(_mode), $"There is no replacement mode {_mode}.");
        return new(_host, _columns, _mode == ReplacementMode.DefaultValue
            ? Array.ConvertAll(types, type => Generic.Call<ColumnFunction>(ByZero<float>, type.RawType, type))
            : ColumnLearner.Learn(_host, input, inputs, MakeLearner<float>));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_columns, (name, source) =>
    {
        CheckType(source.ItemType);
        return new(name, source.Kind, source.ItemType, false, new(source.Keep(Kinds.SlotNames, Kinds.IsNormalized)));
    });

    internal static void CheckType(DataViewType type) => Contracts.CheckParam(MissingValues.IsReal(type), "inputSchema",
        $"Type '{type}' is not supported by ReplaceMissingValues since it has no missing value other than its default");

    private static ColumnReplacement<T> ByZero<T>(DataViewType type) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(type, [T.Zero], false);

    private ReplacementLearner<T> MakeLearner<T>(DataViewRow row, DataViewSchema.Column column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(new(row, column), _mode, _imputeBySlot);
}

/// <summary>Puts a number in the place of NaN.</summary>
public sealed class MissingValueReplacingTransformer : OneToOneTransformerBase
{
    internal MissingValueReplacingTransformer(IHostEnvironment env, ColumnPair[] columns, ColumnFunction[] replacements)
        : base(env.Register(nameof(MissingValueReplacingTransformer)), columns, replacements) { }

    private MissingValueReplacingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(MissingValueReplacingTransformer)), ctx, Load<float>) { }

    private static ColumnReplacement<T> Load<T>(DataViewType type, ModelLoadContext ctx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(type, ctx.LoadArray(ctx.Reader.ReadValue<T>), ctx.Reader.ReadBoolean());
}
