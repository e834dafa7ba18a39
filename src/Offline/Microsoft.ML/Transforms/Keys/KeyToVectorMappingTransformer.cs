using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ITransformer), typeof(KeyToVectorMappingTransformer), null, typeof(SignatureLoadModel), "",
    nameof(KeyToVectorMappingTransformer))]

namespace Microsoft.ML.Transforms;

/// <summary>Maps keys to vectors of numbers.</summary>
public sealed class KeyToVectorMappingTransformer : OneToOneTransformerBase
{
    internal KeyToVectorMappingTransformer(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns,
        KeyVectorKind kind)
        : base(env.Register(nameof(KeyToVectorMappingTransformer)), columns)
    {
        Contracts.CheckParam(!columns.Any(c => string.IsNullOrWhiteSpace(c.outputColumnName)), "name",
            "name cannot be null or white space");
        Kind = kind;
    }

    private KeyToVectorMappingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(KeyToVectorMappingTransformer)), ctx) =>
        Kind = (KeyVectorKind)ctx.Reader.ReadByte();

    internal KeyVectorKind Kind { get; }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveColumns(ctx);
        ctx.Writer.Write((byte)Kind);
    }

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input)
    {
        if (input.Type.GetItemType() is not KeyDataViewType key)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", input.Name, "key type of known cardinality",
                input.Type.ToString());
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
        var annotations = MakeAnnotations(input, type, width, keyCount);
        if (input.Type is not VectorDataViewType)
            return MappedColumn.Map(name, type, annotations, input, (in TKey key, ref VBuffer<float> result) =>
                Fill(new ReadOnlySpan<TKey>(in key), default, 1, width, ref result));
        return MappedColumn.Map(name, type, annotations, input, (in VBuffer<TKey> row, ref VBuffer<float> result) =>
        {
            Contracts.Check(count == 0 || row.Length == count,
                $"Column '{input.Name}' has a vector of {row.Length} slots instead of {count}.");
            Fill(row.GetValues(), row.GetIndices(), row.Length, width, ref result);
        });
    }

    private void Fill<TKey>(ReadOnlySpan<TKey> keys, ReadOnlySpan<int> slots, int length, int width, ref VBuffer<float> result)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        if (Kind == KeyVectorKind.Indicator) FillIndicators(keys, slots, length, width, ref result);
        else
        {
            var editor = VBufferEditor.Create(ref result, Kind == KeyVectorKind.Counts ? width : checked(length * width));
            // the bits of a missing key, that is of -1, are all set
            editor.Values.Fill(Kind == KeyVectorKind.Bits ? 1 : 0);
            for (var i = 0; i < keys.Length; i++)
            {
                var index = ulong.CreateTruncating(keys[i]) - 1;
                if (Kind == KeyVectorKind.Counts)
                {
                    if (index < (ulong)width) editor.Values[(int)index]++;
                    continue;
                }
                var bits = editor.Values.Slice((slots.IsEmpty ? i : slots[i]) * width, width);
                for (var bit = 0; bit < width; bit++) bits[bit] = index >> (width - 1 - bit) & 1;
            }
            result = editor.Commit();
        }
    }

    private static void FillIndicators<TKey>(ReadOnlySpan<TKey> keys, ReadOnlySpan<int> slots, int length, int width,
        ref VBuffer<float> result)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        var editor = VBufferEditor.Create(ref result, checked(length * width), keys.Length, requireIndicesOnDense: true);
        var stored = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            var index = ulong.CreateTruncating(keys[i]) - 1;
            if (index >= (ulong)width) continue;
            editor.Values[stored] = 1;
            editor.Indices[stored++] = (slots.IsEmpty ? i : slots[i]) * width + (int)index;
        }
        result = editor.CommitTruncated(stored);
    }

    private DataViewSchema.Annotations MakeAnnotations(
        DataViewSchema.Column input, VectorDataViewType type, int width, int keyCount)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        var isScalar = input.Type is not VectorDataViewType;
        if (type.IsKnownSize && input.GetVectorType(AnnotationUtils.Kinds.KeyValues) is { ItemType: TextDataViewType } values
            && values.Size == keyCount)
        {
            var namesType = new VectorDataViewType(TextDataViewType.Instance, type.Dimensions);
            builder.AddVector(AnnotationUtils.Kinds.SlotNames, namesType,
                () => isScalar || Kind == KeyVectorKind.Counts ? ItemNames(input, width)
                    : [.. from source in SourceNames(input)
                          from name in ItemNames(input, width)
                          select $"{source}.{name}".AsMemory()]);
        }
        var count = input.Type.GetValueCount();
        if (Kind == KeyVectorKind.Indicator && count > 0)
            builder.AddVector(AnnotationUtils.Kinds.CategoricalSlotRanges, new(NumberDataViewType.Int32, count, 2),
                () => Enumerable.Range(0, count).SelectMany(i => (int[])[i * width, (i + 1) * width - 1]).ToArray());
        if (Kind == KeyVectorKind.Indicator || isScalar) builder.AddIsNormalized();
        return builder.ToAnnotations();
    }

    private ReadOnlyMemory<char>[] ItemNames(DataViewSchema.Column input, int width) => Kind != KeyVectorKind.Bits
        ? input.GetVector<ReadOnlyMemory<char>>(AnnotationUtils.Kinds.KeyValues)
        : [.. Enumerable.Range(0, width).Select(i => $"Bit{width - 1 - i}".AsMemory())];

    private static IEnumerable<ReadOnlyMemory<char>> SourceNames(DataViewSchema.Column input)
    {
        var names = input.HasSlotNames() ? input.GetVector<ReadOnlyMemory<char>>(AnnotationUtils.Kinds.SlotNames)
            : new ReadOnlyMemory<char>[input.Type.GetValueCount()];
        return names.Select((name, i) => name.IsEmpty ? $"[{i}]".AsMemory() : name);
    }
}
