using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    internal KeyToValueMappingEstimator(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(KeyToValueMappingEstimator)), new(env, columns)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            var source = inputSchema.Find(pair.inputColumnName);
            if (!source.IsKey)
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", source.Name, "KeyType",
                    source.GetTypeString());
            Contracts.CheckParam(source.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var values),
                nameof(inputSchema), $"Input column '{source.Name}' doesn't contain key values metadata");
            return new SchemaShape.Column(pair.outputColumnName, source.Kind, values.ItemType, values.IsKey,
                new(source.HasSlotNames() ? source.Keep(AnnotationUtils.Kinds.SlotNames) : []));
        }));
    }
}
