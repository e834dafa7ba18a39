using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ITransformer), typeof(MissingValueReplacingTransformer), null, typeof(SignatureLoadModel),
    "", nameof(MissingValueReplacingTransformer))]

namespace Microsoft.ML.Transforms;

/// <summary>Puts a number in the place of NaN.</summary>
public sealed class MissingValueReplacingTransformer : OneToOneTransformerBase
{
    private readonly ColumnReplacement[] _replacements;

    internal MissingValueReplacingTransformer(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns,
        ColumnReplacement[] replacements)
        : base(env.Register(nameof(MissingValueReplacingTransformer)), columns) =>
        _replacements = replacements;

    private MissingValueReplacingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(MissingValueReplacingTransformer)), ctx) =>
        _replacements = ctx.LoadArray(() => ColumnReplacement.Load(ctx));

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveColumns(ctx);
        ctx.SaveArray(_replacements, r => r.Save(ctx));
    }

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input) =>
        _replacements[i].Map(outputColumnName, input);
}
