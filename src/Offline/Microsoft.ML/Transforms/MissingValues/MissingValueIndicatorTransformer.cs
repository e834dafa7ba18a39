using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ITransformer), typeof(MissingValueIndicatorTransformer), null, typeof(SignatureLoadModel),
    "", nameof(MissingValueIndicatorTransformer))]

namespace Microsoft.ML.Transforms;

/// <summary>True where a value is missing, slot by slot.</summary>
public sealed class MissingValueIndicatorTransformer : OneToOneTransformerBase
{
    internal MissingValueIndicatorTransformer(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(MissingValueIndicatorTransformer)), columns) { }

    private MissingValueIndicatorTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(MissingValueIndicatorTransformer)), ctx) { }

    private protected override void SaveModel(ModelSaveContext ctx) => SaveColumns(ctx);

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input) =>
        Generic.Call<MappedColumn>(MapColumn<int>, input.Type.GetItemType().RawType, outputColumnName, input);

    private static MappedColumn MapColumn<T>(string name, DataViewSchema.Column input)
    {
        var isMissing = MissingValues.Test<T>(input.Type.GetItemType())
            ?? throw new InvalidOperationException($"No IsNA predicate for '{input.Type}', the type of column '{input.Name}'");
        return ItemMapping.Create(name, BooleanDataViewType.Instance, input.Keep(true, AnnotationUtils.Kinds.SlotNames), input,
            isMissing, isMissing(default));
    }
}
