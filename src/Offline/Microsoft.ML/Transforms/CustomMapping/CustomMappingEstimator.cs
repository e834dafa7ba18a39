using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static Microsoft.ML.SchemaShape.Column;

namespace Microsoft.ML.Transforms;

public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new() where TDst : class, new()
{
    internal CustomMappingEstimator(IHostEnvironment env, CustomMappingTransformer<TSrc, TDst> transformer)
        : base(env.Register(nameof(CustomMappingEstimator<TSrc, TDst>)), transformer) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (var needed in SchemaShape.Create(MemberColumn.SchemaOf(Transformer.InputColumns)))
        {
            var given = inputSchema.Find(needed.Name);
            // a member of unknown size takes vectors of known size too
            if (needed.ItemType != given.ItemType || needed.IsKey != given.IsKey
                || needed.Kind != given.Kind && (needed.Kind, given.Kind) != (VectorKind.VariableVector, VectorKind.Vector))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", needed.Name, needed.GetTypeString(),
                    given.GetTypeString());
        }
        return inputSchema.With(SchemaShape.Create(MemberColumn.SchemaOf(Transformer.OutputColumns)));
    }
}
