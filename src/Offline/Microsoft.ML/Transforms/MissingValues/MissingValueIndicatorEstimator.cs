using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class MissingValueIndicatorEstimator : TrivialEstimator<MissingValueIndicatorTransformer>
{
    internal MissingValueIndicatorEstimator(IHostEnvironment env,
        params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(MissingValueIndicatorEstimator)), new(env, columns)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            var source = inputSchema.Find(pair.inputColumnName);
            if (!MissingValues.IsReal(source.ItemType))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", source.Name, "Single or Double",
                    source.GetTypeString());
            return new SchemaShape.Column(pair.outputColumnName, source.Kind, BooleanDataViewType.Instance, false,
                new([.. source.Keep(AnnotationUtils.Kinds.SlotNames), AnnotationShapes.IsNormalized]));
        }));
    }
}
