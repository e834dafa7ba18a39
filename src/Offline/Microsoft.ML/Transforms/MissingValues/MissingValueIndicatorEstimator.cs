namespace Microsoft.ML.Transforms;

public sealed class MissingValueIndicatorEstimator : TrivialEstimator<MissingValueIndicatorTransformer>
{
    internal MissingValueIndicatorEstimator(InputOutputColumnPair[] columns) : base(new(columns)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        inputSchema.Map(Transformer.ColumnPairs, (name, source) =>
        {
            source.CheckType(MissingValues.IsReal(source.ItemType), "Single or Double");
            return new(name, source.Kind, BooleanDataViewType.Instance, false,
                new([.. source.Keep(Kinds.SlotNames), ColumnShapes.IsNormalized]));
        });
}

/// <summary>True where a value is missing, slot by slot.</summary>
public sealed class MissingValueIndicatorTransformer : OneToOneTransformerBase
{
    internal MissingValueIndicatorTransformer(InputOutputColumnPair[] columns) : base(columns) { }
    private MissingValueIndicatorTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(ctx) { }

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input) =>
        Generic.Call<MappedColumn>(MapColumn<int>, input.Type.GetItemType().RawType, outputColumnName, input);

    private static MappedColumn MapColumn<T>(string name, DataViewSchema.Column input)
    {
        var isMissing = MissingValues.Test<T>(input.Type.GetItemType())
            ?? throw new InvalidOperationException($"No IsNA predicate for '{input.Type}', the type of column '{input.Name}'");
        return ItemMapping.Create<T, bool>(name, BooleanDataViewType.Instance, input.Keep(true, Kinds.SlotNames), input,
            (_, value) => isMissing(value), staysSparse: !isMissing(default));
    }
}
