namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    internal ColumnCopyingEstimator(string outputColumnName, string inputColumnName)
        : base(new(new InputOutputColumnPair(outputColumnName, inputColumnName ?? ""))) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(Transformer.ColumnPairs,
        (name, source) => new(name, source.Kind, source.ItemType, source.IsKey, source.Annotations));
}

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal ColumnCopyingTransformer(InputOutputColumnPair pair) : base([pair]) { }
    private ColumnCopyingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(ctx) { }

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input) =>
        MappedColumn.Copy(outputColumnName, input);
}
