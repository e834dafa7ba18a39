using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public abstract class LpNormNormalizingEstimatorBase : TrivialEstimator<LpNormNormalizingTransformer>
{
    internal LpNormNormalizingEstimatorBase(IHostEnvironment env, string outputColumnName, string inputColumnName,
        NormFunction norm, bool ensureZeroMean, float scale)
        : base(env.Register(nameof(LpNormNormalizingEstimatorBase)),
            new(env, outputColumnName, inputColumnName, norm, ensureZeroMean, scale)) { }

    public enum NormFunction : byte
    {
        L2 = 0,
        StandardDeviation = 1,
        L1 = 2,
        Infinity = 3,
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            var source = inputSchema.Find(pair.inputColumnName);
            if (source.Kind != SchemaShape.Column.VectorKind.Vector || source.ItemType != NumberDataViewType.Single)
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", source.Name, "known-size vector of Single",
                    source.GetTypeString());
            return new SchemaShape.Column(pair.outputColumnName, source.Kind, source.ItemType, false,
                new([.. source.Keep(AnnotationUtils.Kinds.SlotNames), AnnotationShapes.IsNormalized]));
        }));
    }
}
