namespace Microsoft.ML.Transforms;

public sealed class KeyToVectorMappingEstimator : TrivialEstimator<KeyToVectorMappingTransformer>
{
    internal KeyToVectorMappingEstimator(InputOutputColumnPair[] columns, KeyVectorKind kind) : base(new(columns, kind)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        inputSchema.Map(Transformer.ColumnPairs, (name, source) =>
        {
            var (kind, isVariable) = (Transformer.Kind, source.Kind == VectorKind.VariableVector);
            var annotations = new List<SchemaShape.Column>();
            if (source.Annotations.TryFindColumn(Kinds.KeyValues, out var values) && values.ItemType is TextDataViewType
                && (!isVariable || kind == KeyVectorKind.Counts && source.IsKey))
                annotations.Add(ColumnShapes.Vector(Kinds.SlotNames, values.ItemType));
            if (kind == KeyVectorKind.Indicator && !isVariable)
                annotations.Add(ColumnShapes.Vector(Kinds.CategoricalSlotRanges, NumberDataViewType.Int32));
            if (kind == KeyVectorKind.Indicator || source.Kind == VectorKind.Scalar) annotations.Add(ColumnShapes.IsNormalized);
            return new(name, isVariable && kind != KeyVectorKind.Counts ? VectorKind.VariableVector : VectorKind.Vector,
                NumberDataViewType.Single, false, new(annotations));
        });
}

/// <summary>How keys become numbers: a one for each key, the counts of the keys of a vector, or the bits of each key.</summary>
internal enum KeyVectorKind : byte
{
    Indicator,
    Counts,
    Bits,
}
