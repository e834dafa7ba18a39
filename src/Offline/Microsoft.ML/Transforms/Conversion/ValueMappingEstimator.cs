using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static Microsoft.ML.SchemaShape.Column;

namespace Microsoft.ML.Transforms;

public class ValueMappingEstimator : TrivialEstimator<ValueMappingTransformer>
{
    internal ValueMappingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName, ValueMap map)
        : base(env.Register(nameof(ValueMappingEstimator)), new(env, outputColumnName, inputColumnName, map)) { }

    public sealed override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Value", Transformer.Map.Type, Transformer.Map.MakeAnnotations());
        var value = SchemaShape.Create(builder.ToSchema())[0];
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
        {
            var source = inputSchema.Find(pair.inputColumnName);
            if (source.Kind != VectorKind.Scalar && value.Kind != VectorKind.Scalar)
                throw new NotSupportedException($"Column '{source.Name}' is a vector, and so are the values of the map.");
            // a key of ML.NET's map is UInt32 here, whatever its raw type
            return new SchemaShape.Column(pair.outputColumnName, source.Kind == VectorKind.Scalar ? value.Kind : source.Kind,
                value.IsKey ? NumberDataViewType.UInt32 : value.ItemType, value.IsKey, value.Annotations);
        }));
    }
}

public sealed class ValueMappingEstimator<TKey, TValue> : ValueMappingEstimator
{
    internal ValueMappingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName, ValueMap map)
        : base(env, outputColumnName, inputColumnName, map) { }
}
