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
internal enum KeyVectorKind : byte { Indicator, Counts, Bits }

/// <summary>Maps keys to vectors of numbers.</summary>
public sealed class KeyToVectorMappingTransformer : OneToOneTransformerBase
{
    internal KeyToVectorMappingTransformer(InputOutputColumnPair[] columns, KeyVectorKind kind)
        : base(columns, option: (byte)kind) =>
        Contracts.CheckParam(!columns.Any(c => string.IsNullOrWhiteSpace(c.OutputColumnName)), "name", "Must not be blank");

    private KeyToVectorMappingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(ctx) { }
    internal KeyVectorKind Kind => (KeyVectorKind)Option;

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input)
    {
        var key = input.Type.GetItemType() as KeyDataViewType;
        input.CheckType(key is not null, "key type of known cardinality");
        return Generic.Call<MappedColumn>(MapColumn<int>, key.RawType, outputColumnName, input, checked((int)key.Count));
    }

    private MappedColumn MapColumn<TKey>(string name, DataViewSchema.Column input, int keyCount)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        // the bits of ML.NET: one more than the largest key needs
        var width = Kind == KeyVectorKind.Bits ? BitOperations.Log2((uint)keyCount) + 2 : keyCount;
        var count = input.Type.GetValueCount();
        var type = Kind == KeyVectorKind.Counts || count == 1 ? new VectorDataViewType(NumberDataViewType.Single, width)
            : new VectorDataViewType(NumberDataViewType.Single, count, width);
        return MappedColumn.Create<VBuffer<float>>(name, type, MakeAnnotations(input, type, width, keyCount), [input], row =>
        {
            var read = row.ReadSlots<TKey>(row.Schema[input.Index]);
            return (ref result) => Fill(read(), width, ref result);
        });
    }

    private void Fill<TKey>(in VBuffer<TKey> input, int width, ref VBuffer<float> result)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        var keys = input.GetValues();
        var slots = input.GetIndices();
        var isIndicator = Kind == KeyVectorKind.Indicator;
        var size = Kind == KeyVectorKind.Counts ? width : checked(input.Length * width);
        var editor = VBufferEditor.Create(ref result, size, isIndicator ? keys.Length : size, requireIndicesOnDense: isIndicator);
        // the bits of a missing key, that is of -1, are all set
        if (!isIndicator) editor.Values.Fill(Kind == KeyVectorKind.Bits ? 1 : 0);
        var stored = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            var index = ulong.CreateTruncating(keys[i]) - 1;
            var start = (slots.IsEmpty ? i : slots[i]) * width;
            if (Kind == KeyVectorKind.Bits)
                for (var bit = 0; bit < width; bit++) editor.Values[start + bit] = index >> (width - 1 - bit) & 1;
            else if (index >= (ulong)width) continue;
            else if (!isIndicator) editor.Values[(int)index]++;
            else
            {
                editor.Values[stored] = 1;
                editor.Indices[stored++] = start + (int)index;
            }
        }
        result = isIndicator ? editor.CommitTruncated(stored) : editor.Commit();
    }

    private DataViewSchema.Annotations MakeAnnotations(
        DataViewSchema.Column input, VectorDataViewType type, int width, int keyCount)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        var (isScalar, count) = (input.Type is not VectorDataViewType, input.Type.GetValueCount());
        if (type.IsKnownSize && input.GetVectorType(Kinds.KeyValues) is { ItemType: TextDataViewType } values
            && values.Size == keyCount)
            builder.AddVector(Kinds.SlotNames, new(TextDataViewType.Instance, type.Dimensions),
                () => isScalar || Kind == KeyVectorKind.Counts ? ItemNames(input, width)
                    : [.. from source in SourceNames(input)
                          from name in ItemNames(input, width)
                          select $"{source}.{name}".AsMemory()]);
        if (Kind == KeyVectorKind.Indicator && count > 0)
            builder.AddVector(Kinds.CategoricalSlotRanges, new(NumberDataViewType.Int32, count, 2),
                () => Enumerable.Range(0, count).SelectMany(i => (int[])[i * width, (i + 1) * width - 1]).ToArray());
        if (Kind == KeyVectorKind.Indicator || isScalar) builder.AddIsNormalized();
        return builder.ToAnnotations();
    }

    private ReadOnlyMemory<char>[] ItemNames(DataViewSchema.Column input, int width) => Kind != KeyVectorKind.Bits
        ? input.GetVector<ReadOnlyMemory<char>>(Kinds.KeyValues)
        : [.. Enumerable.Range(0, width).Select(i => $"Bit{width - 1 - i}".AsMemory())];

    private static IEnumerable<ReadOnlyMemory<char>> SourceNames(DataViewSchema.Column input)
    {
        var names = input.HasSlotNames() ? input.GetVector<ReadOnlyMemory<char>>(Kinds.SlotNames)
            : new ReadOnlyMemory<char>[input.Type.GetValueCount()];
        return names.Select((name, i) => name.IsEmpty ? $"[{i}]".AsMemory() : name);
    }
}
