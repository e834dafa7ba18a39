using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ITransformer), typeof(ValueToKeyMappingTransformer), null, typeof(SignatureLoadModel), "",
    nameof(ValueToKeyMappingTransformer))]

namespace Microsoft.ML.Transforms;

/// <summary>Maps values to keys; a value that was not learnt is missing.</summary>
public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    private readonly KeyMap[] _maps;
    private readonly bool _namesAsText;

    internal ValueToKeyMappingTransformer(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns,
        KeyMap[] maps, bool namesAsText)
        : base(env.Register(nameof(ValueToKeyMappingTransformer)), columns) => (_maps, _namesAsText) = (maps, namesAsText);

    private ValueToKeyMappingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(ValueToKeyMappingTransformer)), ctx) =>
        (_maps, _namesAsText) = (ctx.LoadArray(() => KeyMap.Load(ctx)), ctx.Reader.ReadBoolean());

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveColumns(ctx);
        ctx.SaveArray(_maps, map => map.Save(ctx));
        ctx.Writer.Write(_namesAsText);
    }

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input) =>
        _maps[i].Map(outputColumnName, input, _namesAsText);
}
