using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static Microsoft.ML.SchemaShape.Column;

namespace Microsoft.ML.Transforms;

public sealed class KeyToVectorMappingEstimator : TrivialEstimator<KeyToVectorMappingTransformer>
{
    internal KeyToVectorMappingEstimator(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns,
        KeyVectorKind kind)
        : base(env.Register(nameof(KeyToVectorMappingEstimator)), new(env, columns, kind)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Transformer.ColumnPairs.Select(pair =>
            ShapeOf(pair.outputColumnName, inputSchema.Find(pair.inputColumnName))));
    }

    private SchemaShape.Column ShapeOf(string name, SchemaShape.Column source)
    {
        var (kind, isVariable) = (Transformer.Kind, source.Kind == VectorKind.VariableVector);
        var annotations = new List<SchemaShape.Column>();
        if (source.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var values)
            && values.ItemType is TextDataViewType && (!isVariable || kind == KeyVectorKind.Counts && source.IsKey))
            annotations.Add(AnnotationShapes.Vector(AnnotationUtils.Kinds.SlotNames, values.ItemType));
        if (kind == KeyVectorKind.Indicator && !isVariable)
            annotations.Add(AnnotationShapes.Vector(AnnotationUtils.Kinds.CategoricalSlotRanges, NumberDataViewType.Int32));
        if (kind == KeyVectorKind.Indicator || source.Kind == VectorKind.Scalar) annotations.Add(AnnotationShapes.IsNormalized);
        return new(name, isVariable && kind != KeyVectorKind.Counts ? VectorKind.VariableVector : VectorKind.Vector,
            NumberDataViewType.Single, false, new(annotations));
    }
}
