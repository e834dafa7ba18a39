using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ITransformer), typeof(ColumnConcatenatingTransformer), null, typeof(SignatureLoadModel),
    "", nameof(ColumnConcatenatingTransformer))]

namespace Microsoft.ML.Data;

/// <summary>Puts columns of one item type side by side in a vector. One vector alone is passed on as it is.</summary>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    private readonly string _name;
    private readonly string[] _sources;

    internal ColumnConcatenatingTransformer(IHostEnvironment env, string outputColumnName, string[] inputColumnNames)
        : base(env.Register(nameof(ColumnConcatenatingTransformer))) => (_name, _sources) = (outputColumnName, inputColumnNames);

    private static ColumnConcatenatingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, ctx.LoadNonEmptyString(), ctx.LoadArray(ctx.LoadNonEmptyString));

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
        foreach (var source in sources)
            if (!source.Type.GetItemType().Equals(itemType))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", source.Name, itemType.ToString(),
                    source.Type.ToString());
        var size = sources.Any(s => s.Type.GetValueCount() == 0) ? 0 : sources.Sum(s => s.Type.GetValueCount());
        var column = Generic.Call<MappedColumn>(MakeColumn<int>, itemType.RawType, sources,
            new VectorDataViewType(itemType, size));
        return new(inputSchema, [column]);
    }

    private MappedColumn MakeColumn<T>(DataViewSchema.Column[] sources, VectorDataViewType type) =>
        MappedColumn.Create(_name, type, MakeAnnotations(sources, type), sources, row => MakeGetter<T>(row, sources));

    private static ValueGetter<VBuffer<T>> MakeGetter<T>(DataViewRow row, DataViewSchema.Column[] sources)
    {
        var scalars = new ValueGetter<T>[sources.Length];
        var vectors = new ValueGetter<VBuffer<T>>[sources.Length];
        for (var i = 0; i < sources.Length; i++)
            if (sources[i].Type is VectorDataViewType) vectors[i] = row.GetGetter<VBuffer<T>>(row.Schema[sources[i].Index]);
            else scalars[i] = row.GetGetter<T>(row.Schema[sources[i].Index]);

        var buffers = new VBuffer<T>[sources.Length];
        return (ref VBuffer<T> result) =>
        {
            var (length, count) = (0, 0);
            for (var i = 0; i < vectors.Length; i++)
            {
                if (vectors[i] is not null)
                {
                    vectors[i](ref buffers[i]);
                    var expected = ((VectorDataViewType)sources[i].Type).Size;
                    Contracts.Check(expected == 0 || buffers[i].Length == expected,
                        "A vector has not as many slots as the type of its column says.");
                }
                length += vectors[i] is null ? 1 : buffers[i].Length;
                count += vectors[i] is null ? 1 : buffers[i].GetValues().Length;
            }
            var isDense = count > length / 2;
            var editor = VBufferEditor.Create(ref result, length, isDense ? length : count);
            var (offset, stored) = (0, 0);
            for (var i = 0; i < vectors.Length; i++)
            {
                if (vectors[i] is null)
                {
                    if (!isDense) editor.Indices[stored] = offset;
                    scalars[i](ref editor.Values[isDense ? offset : stored]);
                    offset++;
                    stored++;
                    continue;
                }
                ref readonly var buffer = ref buffers[i];
                if (isDense) buffer.CopyTo(editor.Values, offset);
                else AppendSparse(buffer, editor, offset, ref stored);
                offset += buffer.Length;
            }
            result = editor.Commit();
        };
    }

    private static void AppendSparse<T>(in VBuffer<T> buffer, VBufferEditor<T> editor, int offset, ref int stored)
    {
        var values = buffer.GetValues();
        var indices = buffer.GetIndices();
        values.CopyTo(editor.Values[stored..]);
        for (var i = 0; i < values.Length; i++) editor.Indices[stored + i] = offset + (buffer.IsDense ? i : indices[i]);
        stored += values.Length;
    }

    private static DataViewSchema.Annotations MakeAnnotations(DataViewSchema.Column[] sources, VectorDataViewType type)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (type.ItemType is NumberDataViewType && sources.All(s => s.IsNormalized())) builder.AddIsNormalized();
        if (!type.IsKnownSize) return builder.ToAnnotations();

        if (sources.Any(s => s.Type is not VectorDataViewType || s.HasSlotNames()))
            builder.AddVector(AnnotationUtils.Kinds.SlotNames, new(TextDataViewType.Instance, type.Size),
                () => sources.SelectMany(SlotNames).ToArray());
        var ranges = sources.SelectMany((s, i) =>
        {
            var offset = sources[..i].Sum(before => before.Type.GetValueCount());
            return CategoryRanges(s).Select(slot => slot + offset);
        }).ToArray();
        if (ranges.Length > 0)
            builder.AddVector(AnnotationUtils.Kinds.CategoricalSlotRanges, new(NumberDataViewType.Int32, ranges.Length / 2, 2),
                () => ranges);
        return builder.ToAnnotations();
    }

    /// <summary>A scalar gives its name; a vector its own names with the column's before them, or none.</summary>
    private static IEnumerable<ReadOnlyMemory<char>> SlotNames(DataViewSchema.Column source)
    {
        if (source.Type is not VectorDataViewType vector) return [source.Name.AsMemory()];
        if (!source.HasSlotNames()) return new ReadOnlyMemory<char>[vector.Size];
        return source.GetVector<ReadOnlyMemory<char>>(AnnotationUtils.Kinds.SlotNames)
            .Select(name => name.IsEmpty ? name : $"{source.Name}.{name}".AsMemory());
    }

    /// <summary>First and last slot of each category of a vector, where its annotation is in order; else nothing.</summary>
    private static int[] CategoryRanges(DataViewSchema.Column source)
    {
        if (source.Type is not VectorDataViewType { IsKnownSize: true } vector
            || source.GetVectorType(AnnotationUtils.Kinds.CategoricalSlotRanges)?.ItemType.RawType != typeof(int)) return [];
        var ranges = source.GetVector<int>(AnnotationUtils.Kinds.CategoricalSlotRanges);
        var last = -1;
        for (var i = 0; i + 1 < ranges.Length; last = ranges[i + 1], i += 2)
            if (ranges[i] <= last || ranges[i] > ranges[i + 1] || ranges[i + 1] >= vector.Size) return [];
        return ranges.Length % 2 == 0 && ranges.Length <= 2 * vector.Size ? ranges : [];
    }
}
