namespace Microsoft.ML.Data;

/// <summary>Binds columns to the fields of the lines, looking at a sample where ranges are open.</summary>
internal static class SourceColumns
{
    private const int SampleLines = 100;
    private const string Source = nameof(TextLoader.Column.Source), Name = nameof(TextLoader.Column.Name);
    private const string AllOther = nameof(TextLoader.Range.AllOther);

    public static SourceColumn[] Bind(TextLoader.Column[] columns, FieldSyntax syntax, bool hasHeader, IMultiStreamSource sample,
        out string header)
    {
        foreach (var column in columns)
            Contracts.CheckParam(column.Source is { Length: > 0 }, Source, "Must specify some source column indices");
        var needSize = syntax.InputSize == 0 && columns.Any(c => c.Source.Any(r => r.AutoEnd && r.Max == null));
        var lines = needSize ? FirstLines(sample, syntax, SampleLines) : hasHeader ? FirstLines(sample, syntax, 1) : [];
        header = hasHeader ? lines.FirstOrDefault() : null;
        var inputSize = needSize ? InputSize(lines, syntax) : syntax.InputSize;

        var others = columns.Sum(c => c.Source.Count(r => r.AllOther));
        Contracts.CheckParam(others <= 1, AllOther, "At most one all other range can be specified");
        SourceColumn.Segment[] taken = [.. columns.SelectMany(c => c.Source).Where(r => !r.AllOther)
            .Select(r => Segment(r, inputSize)).OrderBy(s => s.Min)];
        return Array.ConvertAll(columns, column =>
        {
            Contracts.CheckParam(!string.IsNullOrWhiteSpace(column.Name), Name, "A column needs a name");
            SourceColumn.Segment[] segments = [.. column.Source.SelectMany(r =>
                r.AllOther ? Gaps(Segment(r, inputSize), taken) : [Segment(r, inputSize)])];
            Contracts.CheckParam(segments.Length > 0, AllOther, "No index is selected as all other indexes.");
            return new SourceColumn(column.Name.Trim(), ItemType(column), segments);
        });
    }

    /// <summary>The names of the slots of a vector column in a header line, or null.</summary>
    public static DataViewSchema.Annotations SlotNames(SourceColumn column, string header, FieldSyntax syntax)
    {
        if (column.Type is not VectorDataViewType { Size: > 0 } || string.IsNullOrEmpty(header)) return null;
        var row = new TextRow(syntax, int.MaxValue);
        row.MoveTo(new(header, 1), trim: false);
        VBuffer<ReadOnlyMemory<char>> fields = default;
        row.GetVector<ReadOnlyMemory<char>>(new(column.Name, TextDataViewType.Instance, column.Segments))(ref fields);
        ReadOnlyMemory<char>[] names = [.. fields.DenseValues().Select(name => name.Trim())];
        if (Array.TrueForAll(names, name => name.IsEmpty)) return null;
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddVector(Kinds.SlotNames, new(TextDataViewType.Instance, names.Length), () => names);
        return builder.ToAnnotations();
    }

    /// <summary>The first lines of the first file that has any.</summary>
    private static string[] FirstLines(IMultiStreamSource files, FieldSyntax syntax, int count) =>
        Enumerable.Range(0, files.Count)
            .Select(file => TextLine.Read(() => files.OpenTextReader(file), syntax, hasHeader: false).Take(count).ToArray())
            .FirstOrDefault(lines => lines.Length > 0)?.Select(line => line.Text).ToArray() ?? [];

    private static int InputSize(string[] lines, FieldSyntax syntax)
    {
        var splitter = new FieldSplitter(syntax, int.MaxValue);
        var sizes = lines.Where(line => !syntax.Trim || !string.IsNullOrWhiteSpace(line)).Select(line => splitter.Split(line))
            .Where(size => size > 0).Distinct().ToArray();
        Contracts.CheckParam(sizes.Length > 0, Source, "Can't determine the number of source columns without valid data");
        Contracts.CheckParam(sizes.Length == 1, Source, "The size of input lines is not consistent");
        return Math.Min(sizes[0], SourceColumn.NoLimit - 1);
    }

    private static PrimitiveDataViewType ItemType(TextLoader.Column column)
    {
        Contracts.CheckParam(column.DataKind.IsValid(), "Type", $"Bad item type of column '{column.Name}'");
        var type = column.DataKind.ToType();
        if (column.KeyCount is not { } count) return type;
        Contracts.CheckParam(KeyDataViewType.IsValidDataType(type.RawType), "Type", $"Bad item type for key '{column.Name}'");
        return new KeyDataViewType(type.RawType, count.Count ?? KeyDataViewType.MaxCount(type.RawType));
    }

    private static SourceColumn.Segment Segment(TextLoader.Range range, int inputSize)
    {
        const int limit = SourceColumn.NoLimit - 1;
        Contracts.CheckParam(range.Min is >= 0 and < limit, nameof(range.Min));
        if (range.Max is { } max)
        {
            Contracts.CheckParam(range.Min <= max && max < limit, nameof(range.Max));
            return new(range.Min, max + 1, range.ForceVector);
        }
        if (range.AutoEnd)
        {
            Contracts.CheckParam(range.Min < inputSize, nameof(range.Min),
                $"Column #{range.Min} not found in {inputSize} columns");
            return new(range.Min, inputSize, true);
        }
        return range.VariableEnd ? new(range.Min, SourceColumn.NoLimit, true) : new(range.Min, range.Min + 1, range.ForceVector);
    }

    /// <summary>What others leave of a range.</summary>
    private static IEnumerable<SourceColumn.Segment> Gaps(SourceColumn.Segment range, SourceColumn.Segment[] taken)
    {
        var min = range.Min;
        foreach (var segment in taken)
        {
            if (min < segment.Min) yield return new(min, segment.Min, true);
            min = Math.Max(min, segment.Limit);
            if (min >= range.Limit) yield break;
        }
        yield return new(min, range.Limit, true);
    }
}

/// <summary>A column bound to the fields of a line.</summary>
internal sealed class SourceColumn
{
    /// <summary>The end of a segment that reaches to the end of each line.</summary>
    public const int NoLimit = int.MaxValue;

    /// <summary>The fields from Min to below Limit.</summary>
    public readonly record struct Segment(int Min, int Limit, bool ForceVector)
    {
        public bool IsVariable => Limit == NoLimit;
    }

    public SourceColumn(string name, PrimitiveDataViewType itemType, Segment[] segments)
    {
        var ordered = segments.OrderBy(s => s.Min).ToArray();
        for (var i = 1; i < ordered.Length; i++)
            Contracts.CheckParam(ordered[i - 1].Limit <= ordered[i].Min, "Source", $"The ranges of column '{name}' overlap");
        (Name, ItemType, Segments) = (name, itemType, segments);
        var size = segments.Where(s => !s.IsVariable).Sum(s => s.Limit - s.Min);
        Type = segments.Any(s => s.IsVariable) ? new VectorDataViewType(itemType)
            : size > 1 || segments[0].ForceVector ? new VectorDataViewType(itemType, size) : itemType;
    }

    public string Name { get; }
    public PrimitiveDataViewType ItemType { get; }
    public DataViewType Type { get; }
    public Segment[] Segments { get; }
    public bool IsReal => ItemType.RawType == typeof(float) || ItemType.RawType == typeof(double);

    /// <summary>Whether a text that does not parse has a value: a missing one.</summary>
    public bool HasMissing => IsReal || ItemType is KeyDataViewType;
}
