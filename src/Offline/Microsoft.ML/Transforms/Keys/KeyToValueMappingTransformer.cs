using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ITransformer), typeof(KeyToValueMappingTransformer), null, typeof(SignatureLoadModel), "",
    nameof(KeyToValueMappingTransformer))]

namespace Microsoft.ML.Transforms;

/// <summary>Maps keys back to the values that their KeyValues annotation names.</summary>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal KeyToValueMappingTransformer(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(KeyToValueMappingTransformer)), columns) { }

    private KeyToValueMappingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(KeyToValueMappingTransformer)), ctx) { }

    private protected override void SaveModel(ModelSaveContext ctx) => SaveColumns(ctx);

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input)
    {
        var values = input.GetVectorType(AnnotationUtils.Kinds.KeyValues);
        Contracts.Check(values is not null,
            $"Metadata KeyValues does not exist: column '{input.Name}' cannot be mapped to values.");
        Contracts.Check(input.Type.GetItemType() is KeyDataViewType key && (ulong)values.Size == key.Count,
            $"KeyValues metadata size does not match the key count of column '{input.Name}'.");
        return Generic.Call<MappedColumn>(MapColumn<int, int>, [input.Type.GetItemType().RawType, values.ItemType.RawType],
            outputColumnName, input, values.ItemType);
    }

    private static MappedColumn MapColumn<TKey, TValue>(string name, DataViewSchema.Column input, PrimitiveDataViewType valueType)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        var values = input.GetVector<TValue>(AnnotationUtils.Kinds.KeyValues);
        var missing = MissingValues.ValueOf<TValue>();
        return ItemMapping.Create<TKey, TValue>(name, valueType, input.Keep(false, AnnotationUtils.Kinds.SlotNames), input,
            key => ulong.CreateTruncating(key) - 1 is var i && i < (ulong)values.Length ? values[i] : missing, missing);
    }
}
