namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    internal KeyToValueMappingEstimator(InputOutputColumnPair[] columns) : base(new(columns)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        inputSchema.Map(Transformer.ColumnPairs, (name, source) =>
        {
            source.CheckType(source.IsKey, "KeyType");
            Contracts.CheckParam(source.Annotations.TryFindColumn(Kinds.KeyValues, out var values), nameof(inputSchema),
                $"Input column '{source.Name}' doesn't contain key values metadata");
            return new(name, source.Kind, values.ItemType, values.IsKey,
                new(source.HasSlotNames() ? source.Keep(Kinds.SlotNames) : []));
        });
}

/// <summary>Maps keys back to the values that their KeyValues annotation names.</summary>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal KeyToValueMappingTransformer(InputOutputColumnPair[] columns) : base(columns) { }
    private KeyToValueMappingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(ctx) { }

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input)
    {
        var values = input.GetVectorType(Kinds.KeyValues);
        Contracts.Check(values is not null, $"Column '{input.Name}' cannot be mapped to values: it has no KeyValues.");
        Contracts.Check(input.Type.GetItemType() is KeyDataViewType key && (ulong)values.Size == key.Count,
            $"KeyValues metadata size does not match the key count of column '{input.Name}'.");
        return Generic.Call<MappedColumn>(MapColumn<int, int>, [input.Type.GetItemType().RawType, values.ItemType.RawType],
            outputColumnName, input, values.ItemType);
    }

    private static MappedColumn MapColumn<TKey, TValue>(string name, DataViewSchema.Column input, PrimitiveDataViewType valueType)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        var values = input.GetVector<TValue>(Kinds.KeyValues);
        var missing = MissingValues.ValueOf<TValue>();
        return ItemMapping.Create<TKey, TValue>(name, valueType, input.Keep(false, Kinds.SlotNames), input,
            (_, key) => ulong.CreateTruncating(key) - 1 is var i && i < (ulong)values.Length ? values[i] : missing,
            staysSparse: EqualityComparer<TValue>.Default.Equals(missing, default));
    }
}
