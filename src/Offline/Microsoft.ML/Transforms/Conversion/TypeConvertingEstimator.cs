namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    internal TypeConvertingEstimator(InputOutputColumnPair[] columns, DataKind outputKind) : base(new(columns, outputKind)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(Transformer.ColumnPairs,
        (name, source) => new(name, source.Kind, Transformer.Convert(source.ItemType, source.Name).Type, false,
            source.Annotations));
}

/// <summary>Converts columns to another item type by the standard conversions. Keys stay keys.</summary>
public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    internal TypeConvertingTransformer(InputOutputColumnPair[] columns, DataKind outputKind)
        : base(columns, option: (byte)outputKind) =>
        Contracts.CheckParam(columns.Length > 0, nameof(columns), "No columns to convert are given");
    private TypeConvertingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(ctx) { }

    /// <summary>The type that items become, and the conversion.</summary>
    internal (PrimitiveDataViewType Type, Delegate Conversion) Convert(DataViewType itemType, string columnName)
    {
        var type = ((DataKind)Option).ToType();
        if (itemType is KeyDataViewType key)
            type = !KeyDataViewType.IsValidDataType(type.RawType) ? null
                : new KeyDataViewType(type.RawType, Math.Min(key.Count, KeyDataViewType.MaxCount(type.RawType)));
        var conversion = type is null ? null : StandardConversions.Find(itemType, type);
        Contracts.CheckParam(conversion is not null, "inputSchema",
            $"Column '{columnName}' with item type '{itemType}' is not compatible with destination type '{(DataKind)Option}'");
        return (type, conversion);
    }

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input)
    {
        var itemType = input.Type.GetItemType();
        var (type, conversion) = Convert(itemType, input.Name);
        return Generic.Call<MappedColumn>(MapColumn<int, int>, [itemType.RawType, type.RawType], outputColumnName, input, type,
            conversion);
    }

    private static MappedColumn MapColumn<TIn, TOut>(string name, DataViewSchema.Column input, PrimitiveDataViewType itemType,
        Delegate conversion)
    {
        var from = input.Type.GetItemType();
        var kinds = new List<string>();
        if (input.Type is VectorDataViewType { IsKnownSize: true }) kinds.Add(Kinds.SlotNames);
        if (from is KeyDataViewType key && itemType is KeyDataViewType other && key.Count == other.Count)
            kinds.Add(Kinds.KeyValues);
        if (from is NumberDataViewType && itemType is NumberDataViewType) kinds.Add(Kinds.IsNormalized);
        var annotations = input.Keep(input.Type is BooleanDataViewType && itemType is NumberDataViewType, [.. kinds]);
        var convert = (Func<TIn, TOut>)conversion;
        return ItemMapping.Create<TIn, TOut>(name, itemType, annotations, input, (_, value) => convert(value), staysSparse: true);
    }
}
