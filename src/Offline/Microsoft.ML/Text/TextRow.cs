namespace Microsoft.ML.Data;

/// <summary>The row that a line stands for, read by getters that parse its fields.</summary>
internal sealed class TextRow(FieldSyntax syntax, int lastNeeded)
{
    private readonly FieldSplitter _fields = new(syntax, lastNeeded);
    private int _sourceColumns;
    private long _line;

    /// <summary>Number of texts that were no value and count as missing.</summary>
    public long BadValues { get; private set; }
    public long FormatErrors => _fields.FormatErrors;
    public void MoveTo(TextLine line, bool trim = true) =>
        (_sourceColumns, _line) = (_fields.Split(line.Text, trim), line.Number);

    public Delegate GetGetter(SourceColumn column) => Generic.Call<Delegate>(
        column.Type is VectorDataViewType ? GetVector<int> : GetScalar<int>, column.ItemType.RawType, column);

    /// <summary>A vector is sparse if no more than half of its slots have a value.</summary>
    public ValueGetter<VBuffer<T>> GetVector<T>(SourceColumn column)
    {
        var (parse, absentIsNaN) = (Parser<T>(column), AbsentIsNaN(column));
        return (ref VBuffer<T> value) =>
        {
            var (size, count) = (0, 0);
            foreach (var segment in column.Segments)
            {
                var (first, last, absent, limit) = Place(segment);
                size = checked(size + limit - segment.Min);
                count += last - first + absent;
            }
            var isDense = count > size / 2;
            var editor = VBufferEditor.Create(ref value, size, isDense ? size : count);
            if (isDense) editor.Values.Clear();
            var (offset, next) = (0, 0);
            foreach (var segment in column.Segments)
            {
                var (first, last, absent, limit) = Place(segment);
                for (var i = first; i < last + absent; i++)
                {
                    var (index, text) = i < last ? _fields[i] : new(limit - absent + i - last, default);
                    var slot = offset + index - segment.Min;
                    if (!isDense) editor.Indices[next] = slot;
                    editor.Values[isDense ? slot : next++] = parse(text, slot);
                }
                offset += limit - segment.Min;
            }
            value = editor.Commit();
        };

        // the fields of a segment, how many beyond the end of the line count as NaN, and where it ends
        (int First, int Last, int Absent, int Limit) Place(SourceColumn.Segment segment)
        {
            var limit = segment.IsVariable ? Math.Max(segment.Min, _sourceColumns) : segment.Limit;
            var (first, last) = (_fields.Find(segment.Min), _fields.Find(limit));
            var reachesEnd = absentIsNaN && last == _fields.Count;
            return (first, last, reachesEnd ? Math.Max(0, limit - Math.Max(segment.Min, last)) : 0, limit);
        }
    }

    private ValueGetter<T> GetScalar<T>(SourceColumn column)
    {
        var (parse, absentIsNaN, index) = (Parser<T>(column), AbsentIsNaN(column), column.Segments[0].Min);
        return (ref T value) =>
        {
            var i = _fields.Find(index);
            var isThere = i < _fields.Count && _fields[i].Index == index;
            value = isThere || absentIsNaN ? parse(isThere ? _fields[i].Text : default, -1) : default;
        };
    }

    private bool AbsentIsNaN(SourceColumn column) => column.IsReal && syntax.EmptyIsNaN;

    /// <summary>Gives the value of a text, for a slot or, by -1, for a scalar.</summary>
    private Func<ReadOnlyMemory<char>, int, T> Parser<T>(SourceColumn column)
    {
        var parse = CellParsers.Get<T>(column.ItemType, syntax.Reals);
        return (text, slot) =>
        {
            if (parse(text, out var value)) return value;
            if (!column.HasMissing)
                throw new InvalidOperationException(slot < 0
                    ? $"Could not parse value {text} in line {_line}, column {column.Name}"
                    : $"Could not parse value {text} in slot {slot} of column {column.Name} in line {_line}");
            if (!RealParser.IsMissing(text.Span)) BadValues++;
            return value;
        };
    }
}
