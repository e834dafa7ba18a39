using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ITransformer), typeof(ValueMappingTransformer), null, typeof(SignatureLoadModel),
    "", nameof(ValueMappingTransformer))]

namespace Microsoft.ML.Transforms;

/// <summary>Looks values up in a dictionary.</summary>
public class ValueMappingTransformer : OneToOneTransformerBase
{
    internal ValueMappingTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName, ValueMap map)
        : base(env.Register(nameof(ValueMappingTransformer)), (outputColumnName, inputColumnName)) => Map = map;

    private ValueMappingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(ValueMappingTransformer)), ctx) => Map = ValueMap.Load(ctx);

    internal ValueMap Map { get; }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveColumns(ctx);
        Map.Save(ctx);
    }

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input) =>
        Map.Map(outputColumnName, input);
}
