using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ITransformer), typeof(NormalizingTransformer), null, typeof(SignatureLoadModel),
    "", nameof(NormalizingTransformer))]

namespace Microsoft.ML.Transforms;

/// <summary>Applies to each column the function that was learnt for it.</summary>
public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    private readonly DataViewType[] _types;
    private readonly NormalizerFunction[] _functions;

    internal NormalizingTransformer(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns,
        DataViewType[] types, NormalizerFunction[] functions)
        : base(env.Register(nameof(NormalizingTransformer)), columns) =>
        (_types, _functions) = (types, functions);

    private NormalizingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(NormalizingTransformer)), ctx)
    {
        (_types, _functions) = (new DataViewType[ColumnPairs.Length], new NormalizerFunction[ColumnPairs.Length]);
        for (var i = 0; i < _types.Length; i++)
        {
            _types[i] = ctx.Reader.ReadType();
            _functions[i] = _types[i].GetItemType() == NumberDataViewType.Double ? NormalizerFunction.Load<double>(ctx)
                : NormalizerFunction.Load<float>(ctx);
        }
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveColumns(ctx);
        for (var i = 0; i < _types.Length; i++)
        {
            ctx.Writer.WriteType(_types[i]);
            _functions[i].Save(ctx);
        }
    }

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input)
    {
        if (!MissingValues.IsReal(input.Type.GetItemType()) || input.Type.GetValueCount() == 0)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", input.Name, "scalar or known-size vector of Single",
                input.Type.ToString());
        return new(new(outputColumnName, _types[i], input.Keep(true, AnnotationUtils.Kinds.SlotNames)), [input.Index],
            row => _functions[i].MakeGetter(row, row.Schema[input.Index], _types[i] is VectorDataViewType));
    }
}
