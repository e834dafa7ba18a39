using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>The values that have a key, in the order of the keys.</summary>
internal abstract class KeyMap
{
    public abstract MappedColumn Map(string outputColumnName, DataViewSchema.Column input, bool namesAsText);

    public abstract void Save(ModelSaveContext ctx);

    public static KeyMap Load(ModelLoadContext ctx)
    {
        var type = ctx.Reader.ReadType();
        return Generic.Call<KeyMap>(LoadTerms<int>, type.RawType, type, ctx);
    }

    private static KeyMap LoadTerms<T>(PrimitiveDataViewType type, ModelLoadContext ctx) =>
        new KeyMap<T>(type, ctx.LoadArray(ctx.Reader.ReadValue<T>));
}

internal sealed class KeyMap<T> : KeyMap
{
    private readonly PrimitiveDataViewType _type;
    private readonly T[] _terms;
    private readonly Dictionary<T, uint> _keys;

    public KeyMap(PrimitiveDataViewType type, T[] terms)
    {
        (_type, _terms, _keys) = (type, terms, new(terms.Length, ItemComparer.Equality<T>()));
        for (var i = 0; i < terms.Length; i++) _keys.Add(terms[i], (uint)i + 1);
    }

    public override MappedColumn Map(string outputColumnName, DataViewSchema.Column input, bool namesAsText)
    {
        Contracts.Check(input.Type.GetItemType().Equals(_type),
            $"Could not apply a map over type '{_type}' to column '{input.Name}' since it is {input.Type}.");
        // a key type cannot be empty
        var type = new KeyDataViewType(typeof(uint), Math.Max(1, _terms.Length));
        return ItemMapping.Create<T, uint>(outputColumnName, type, MakeAnnotations(input, namesAsText), input,
            value => _keys.GetValueOrDefault(value), _keys.GetValueOrDefault(default));
    }

    public override void Save(ModelSaveContext ctx)
    {
        ctx.Writer.WriteType(_type);
        ctx.SaveArray(_terms, ctx.Writer.WriteValue);
    }

    private DataViewSchema.Annotations MakeAnnotations(DataViewSchema.Column input, bool namesAsText)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (_terms.Length > 0)
        {
            // the values of a key are the values of the keys that are its terms
            if (_type is KeyDataViewType key && input.GetVectorType(AnnotationUtils.Kinds.KeyValues) is { } values
                && (ulong)values.Size == key.Count)
                Generic.Call<object>(AddValuesOfKeys<int>, values.ItemType.RawType, builder, input, values.ItemType, namesAsText);
            else AddKeyValues(builder, _type, () => _terms, namesAsText);
        }
        builder.Add(input.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
        return builder.ToAnnotations();
    }

    private object AddValuesOfKeys<TValue>(DataViewSchema.Annotations.Builder builder, DataViewSchema.Column input,
        PrimitiveDataViewType type, bool namesAsText)
    {
        AddKeyValues(builder, type, () =>
        {
            var values = input.GetVector<TValue>(AnnotationUtils.Kinds.KeyValues);
            return Array.ConvertAll(_terms, term => values[Convert.ToUInt64(term) - 1]);
        }, namesAsText);
        return null;
    }

    private void AddKeyValues<TValue>(DataViewSchema.Annotations.Builder builder, PrimitiveDataViewType type,
        Func<TValue[]> values, bool asText)
    {
        if (asText && type is not TextDataViewType)
            builder.AddVector(AnnotationUtils.Kinds.KeyValues, new(TextDataViewType.Instance, _terms.Length),
                () => Array.ConvertAll(values(), value => StandardConversions.ToName(value, type).AsMemory()));
        else builder.AddVector(AnnotationUtils.Kinds.KeyValues, new(type, _terms.Length), values);
    }
}
