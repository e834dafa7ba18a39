using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    internal TypeConvertingEstimator(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns,
        DataKind outputKind)
        : base(env.Register(nameof(TypeConvertingEstimator)), new(env, columns, outputKind)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            var source = inputSchema.Find(pair.inputColumnName);
            var type = Transformer.Convert(source.ItemType, source.Name).Type;
            return new SchemaShape.Column(pair.outputColumnName, source.Kind, type, false, source.Annotations);
        }));
    }
}
