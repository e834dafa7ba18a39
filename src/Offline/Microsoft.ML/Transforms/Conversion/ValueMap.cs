using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>
/// A dictionary from values of one column type to values, keys or vectors of another. What is not in it becomes the default.
/// </summary>
internal abstract class ValueMap(DataViewType type, string[] keyNames)
{
    /// <summary>The type of a mapped value.</summary>
    public DataViewType Type => type;

    public DataViewSchema.Annotations MakeAnnotations()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (keyNames is not null)
            builder.AddVector(AnnotationUtils.Kinds.KeyValues, new(TextDataViewType.Instance, keyNames.Length),
                () => Array.ConvertAll(keyNames, name => name.AsMemory()));
        return builder.ToAnnotations();
    }

    public abstract MappedColumn Map(string outputColumnName, DataViewSchema.Column input);

    public abstract void SaveEntries(ModelSaveContext ctx);

    /// <param name="valuesAreKeys">The values become keys, numbered in order unless they are unsigned numbers already.</param>
    public static ValueMap Create<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> pairs, bool valuesAreKeys)
    {
        var type = TypeOf(typeof(TValue));
        if (!valuesAreKeys) return FromObjects(typeof(TKey), type, null, pairs.Select(p => ((object)p.Key, (object)p.Value)));

        var distinct = pairs.Select(p => p.Value).Distinct().ToArray();
        var isNumbered = type.RawType == typeof(uint) || type.RawType == typeof(ulong);
        var numbers = distinct.Index().ToDictionary(d => d.Item, d => isNumbered ? (object)d.Item : (uint)d.Index + 1);
        return FromObjects(typeof(TKey), new KeyDataViewType(isNumbered ? type.RawType : typeof(uint), (ulong)distinct.Length),
            Array.ConvertAll(distinct, value => value.ToString()), pairs.Select(p => ((object)p.Key, numbers[p.Value])));
    }

    public static ValueMap Create<TKey, TItem>(IEnumerable<KeyValuePair<TKey, TItem[]>> pairs)
    {
        var sizes = pairs.Select(p => p.Value.Length).Distinct().ToArray();
        return FromObjects(typeof(TKey), new VectorDataViewType(TypeOf(typeof(TItem)), sizes.Length == 1 ? sizes[0] : 0), null,
            pairs.Select(p => ((object)p.Key, p.Value is string[] texts ? Vector(Array.ConvertAll(texts, t => t.AsMemory()))
                : Vector(p.Value))));

        static object Vector<T>(T[] items) => new VBuffer<T>(items.Length, items);
    }

    public void Save(ModelSaveContext ctx)
    {
        ctx.Writer.WriteType(type);
        ctx.Writer.Write(keyNames is not null);
        if (keyNames is not null) ctx.SaveArray(keyNames, ctx.SaveString);
        SaveEntries(ctx);
    }

    public static ValueMap Load(ModelLoadContext ctx)
    {
        var type = ctx.Reader.ReadType();
        var keyNames = ctx.Reader.ReadBoolean() ? ctx.LoadArray(ctx.LoadString) : null;
        return Generic.Call<ValueMap>(LoadEntries<int, int>, [ctx.Reader.ReadType().RawType, type.RawType], type, keyNames, ctx);
    }

    private static ValueMap LoadEntries<TKey, TValue>(DataViewType type, string[] keyNames, ModelLoadContext ctx) =>
        new ValueMap<TKey, TValue>(type, keyNames,
            ctx.LoadArray(() => KeyValuePair.Create(ctx.Reader.ReadValue<TKey>(), ctx.Reader.ReadValue<TValue>())));

    private static ValueMap FromObjects(Type keyType, DataViewType type, string[] keyNames,
        IEnumerable<(object, object)> entries) =>
        Generic.Call<ValueMap>(FromObjects<int, int>, [TypeOf(keyType).RawType, type.RawType], type, keyNames, entries);

    private static ValueMap FromObjects<TKey, TValue>(DataViewType type, string[] keyNames,
        IEnumerable<(object Key, object Value)> entries)
    {
        return new ValueMap<TKey, TValue>(type, keyNames,
            entries.Select(e => KeyValuePair.Create((TKey)Raw(e.Key), (TValue)Raw(e.Value))));

        static object Raw(object value) => value is string text ? text.AsMemory() : value;
    }

    private static PrimitiveDataViewType TypeOf(Type type) =>
        DataKinds.TypeOf(type) ?? throw new InvalidOperationException($"Unsupported type {type} used in mapping.");
}

internal sealed class ValueMap<TKey, TValue> : ValueMap
{
    private readonly Dictionary<TKey, ValueGetter<TValue>> _map = new(ItemComparer.Equality<TKey>());

    public ValueMap(DataViewType type, string[] keyNames, IEnumerable<KeyValuePair<TKey, TValue>> entries) : base(type, keyNames)
    {
        foreach (var (key, value) in entries)
            Contracts.Check(_map.TryAdd(key, ConstantGetter.Of(value)), $"Duplicate keys in data '{key}'");
    }

    public override MappedColumn Map(string outputColumnName, DataViewSchema.Column input)
    {
        if (input.Type is not VectorDataViewType)
            return MappedColumn.Map<TKey, TValue>(outputColumnName, Type, MakeAnnotations(), input, MapValue);
        if (Type is VectorDataViewType)
            throw new NotSupportedException($"Column '{input.Name}' is a vector, and so are the values of the map.");
        // ML.NET loses the size here, and that the items are keys
        var type = new VectorDataViewType(DataKinds.TypeOf(typeof(TValue)));
        return MappedColumn.Map<VBuffer<TKey>, VBuffer<TValue>>(outputColumnName, type, MakeAnnotations(), input, MapVector);
    }

    public override void SaveEntries(ModelSaveContext ctx)
    {
        ctx.Writer.WriteType(DataKinds.TypeOf(typeof(TKey)));
        ctx.SaveArray(_map, entry =>
        {
            TValue value = default;
            entry.Value(ref value);
            ctx.Writer.WriteValue(entry.Key);
            ctx.Writer.WriteValue(value);
        });
    }

    private void MapValue(in TKey key, ref TValue value)
    {
        if (_map.TryGetValue(key, out var get)) get(ref value);
        else value = default;
    }

    private void MapVector(in VBuffer<TKey> keys, ref VBuffer<TValue> values)
    {
        var editor = VBufferEditor.Create(ref values, keys.Length);
        TValue absent = default;
        MapValue(default, ref absent);
        if (!keys.IsDense) editor.Values.Fill(absent);
        var slots = keys.GetIndices();
        for (var i = 0; i < keys.GetValues().Length; i++)
            MapValue(keys.GetValues()[i], ref editor.Values[keys.IsDense ? i : slots[i]]);
        values = editor.Commit();
    }
}
