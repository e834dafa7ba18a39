namespace Microsoft.ML.Data;

/// <summary>Puts columns of one item type side by side in a vector. One vector alone is passed on as it is.</summary>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    private readonly string _name;
    private readonly string[] _sources;

    internal ColumnConcatenatingTransformer(string outputColumnName, string[] inputColumnNames) =>
        (_name, _sources) = (outputColumnName, inputColumnNames);
    private ColumnConcatenatingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : this(ctx.LoadNonEmptyString(), ctx.LoadArray(ctx.LoadNonEmptyString)) { }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SaveNonEmptyString(_name);
        ctx.SaveArray(_sources, ctx.SaveNonEmptyString);
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema)
    {
        var sources = Array.ConvertAll(_sources, name => inputSchema.Find(name));
        if (sources is [{ Type: VectorDataViewType } only]) return new(inputSchema, [MappedColumn.Copy(_name, only)]);

        var itemType = (PrimitiveDataViewType)sources[0].Type.GetItemType();
        foreach (var source in sources) source.CheckType(source.Type.GetItemType().Equals(itemType), itemType.ToString());
        var size = sources.Any(s => s.Type.GetValueCount() == 0) ? 0 : sources.Sum(s => s.Type.GetValueCount());
        return new(inputSchema,
            [Generic.Call<MappedColumn>(MakeColumn<int>, itemType.RawType, sources, new VectorDataViewType(itemType, size))]);
    }

    private MappedColumn MakeColumn<T>(DataViewSchema.Column[] sources, VectorDataViewType type) =>
        MappedColumn.Create(_name, type, MakeAnnotations(sources, type), sources, row => MakeGetter<T>(row, sources));

    private static ValueGetter<VBuffer<T>> MakeGetter<T>(DataViewRow row, DataViewSchema.Column[] sources)
    {
        var readers = Array.ConvertAll(sources, source => row.ReadSlots<T>(row.Schema[source.Index]));
        var parts = new VBuffer<T>[sources.Length];
        return (ref VBuffer<T> result) =>
        {
            var (length, count) = (0, 0);
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i] = readers[i]();
                count += parts[i].GetValues().Length;
                length += parts[i].Length;
            }
            var isDense = count > length / 2;
            var editor = VBufferEditor.Create(ref result, length, isDense ? length : count);
            var (offset, stored) = (0, 0);
            foreach (var part in parts)
            {
                var values = part.GetValues();
                var slots = part.GetIndices();
                if (isDense) part.CopyTo(editor.Values[offset..]);
                else values.CopyTo(editor.Values[stored..]);
                for (var i = 0; i < values.Length && !isDense; i++)
                    editor.Indices[stored++] = offset + (part.IsDense ? i : slots[i]);
                offset += part.Length;
            }
            result = editor.Commit();
        };
    }

    private static DataViewSchema.Annotations MakeAnnotations(DataViewSchema.Column[] sources, VectorDataViewType type)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (type.ItemType is NumberDataViewType && sources.All(s => s.IsNormalized())) builder.AddIsNormalized();
        if (!type.IsKnownSize) return builder.ToAnnotations();

        if (sources.Any(s => s.Type is not VectorDataViewType || s.HasSlotNames()))
            builder.AddVector(Kinds.SlotNames, new(TextDataViewType.Instance, type.Size),
                () => sources.SelectMany(SlotNames).ToArray());
        var ranges = sources.SelectMany((s, i) =>
        {
            var offset = sources[..i].Sum(before => before.Type.GetValueCount());
            return CategoryRanges(s).Select(slot => slot + offset);
        }).ToArray();
        if (ranges.Length > 0)
            builder.AddVector(Kinds.CategoricalSlotRanges, new(NumberDataViewType.Int32, ranges.Length / 2, 2), () => ranges);
        return builder.ToAnnotations();
    }

    /// <summary>A scalar gives its name; a vector its own names with the column's before them, or none.</summary>
    private static IEnumerable<ReadOnlyMemory<char>> SlotNames(DataViewSchema.Column source)
    {
        if (source.Type is not VectorDataViewType vector) return [source.Name.AsMemory()];
        if (!source.HasSlotNames()) return new ReadOnlyMemory<char>[vector.Size];
        return source.GetVector<ReadOnlyMemory<char>>(Kinds.SlotNames)
            .Select(name => name.IsEmpty ? name : $"{source.Name}.{name}".AsMemory());
    }

    /// <summary>First and last slot of each category of a vector, where its annotation is in order; else nothing.</summary>
    private static int[] CategoryRanges(DataViewSchema.Column source)
    {
        if (source.Type is not VectorDataViewType { IsKnownSize: true } vector
            || source.GetVectorType(Kinds.CategoricalSlotRanges)?.ItemType.RawType != typeof(int)) return [];
        var ranges = source.GetVector<int>(Kinds.CategoricalSlotRanges);
        var last = -1;
        for (var i = 0; i + 1 < ranges.Length; last = ranges[i + 1], i += 2)
            if (ranges[i] <= last || ranges[i] > ranges[i + 1] || ranges[i + 1] >= vector.Size) return [];
        return ranges.Length % 2 == 0 && ranges.Length <= 2 * vector.Size ? ranges : [];
    }
}
