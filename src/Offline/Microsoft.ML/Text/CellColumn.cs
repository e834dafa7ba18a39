using System.Runtime.CompilerServices;

namespace Microsoft.ML.Data;

/// <summary>The parsed values of one column in a block of rows.</summary>
internal abstract class CellColumn
{
    /// <summary>Number of texts in the block that were no value and count as missing.</summary>
    public int BadValues { get; protected set; }

    /// <summary>Forgets all rows.</summary>
    public virtual void Clear() => BadValues = 0;

    /// <summary>Adds the row whose line was just split into that many source columns.</summary>
    public abstract void Add(char[] buffer, FieldSplitter fields, int sourceColumns, long line);

    public static CellColumn Create(SourceColumn column, FieldSyntax syntax) =>
        (CellColumn)Activator.CreateInstance((column.Type is VectorDataViewType ? typeof(VectorCells<>) : typeof(ScalarCells<>))
            .MakeGenericType(column.ItemType.RawType), column, syntax);
}

/// <summary>The values as they are read.</summary>
internal abstract class CellColumn<TValue> : CellColumn
{
    public abstract void Get(int row, ref TValue value);
}

internal abstract class CellColumn<TItem, TValue>(SourceColumn column, FieldSyntax syntax) : CellColumn<TValue>
{
    private readonly CellParser<TItem> _parse = CellParsers.Get<TItem>(column.ItemType, syntax.Reals);
    protected SourceColumn Column => column;

    /// <summary>Whether an absent field is NaN, not the default.</summary>
    protected bool AbsentIsNaN { get; } = column.IsReal && syntax.EmptyIsNaN;

    protected TItem ParseEmpty()
    {
        _parse(default, out var value);
        return value;
    }

    protected TItem Parse(char[] buffer, in FieldSplitter.Field field, long line, int slot = -1)
    {
        if (!_parse(new ReadOnlyMemory<char>(buffer, field.Start, field.Length), out var value))
            Reject(buffer.AsSpan(field.Start, field.Length), line, slot);
        return value;
    }

    private void Reject(ReadOnlySpan<char> text, long line, int slot)
    {
        if (!column.HasMissing)
            throw new InvalidOperationException(slot < 0
                ? $"Could not parse value {text} in line {line}, column {column.Name}"
                : $"Could not parse value {text} in slot {slot} of column {column.Name} in line {line}");
        if (!RealParser.IsMissing(text)) BadValues++;
    }
}

internal sealed class ScalarCells<T>(SourceColumn column, FieldSyntax syntax) : CellColumn<T, T>(column, syntax)
{
    private readonly List<T> _values = [];

    public override void Clear()
    {
        base.Clear();
        _values.Clear();
    }

    public override void Get(int row, ref T value) => value = _values[row];

    public override void Add(char[] buffer, FieldSplitter fields, int sourceColumns, long line)
    {
        var index = Column.Segments[0].Min;
        var i = fields.Find(index);
        _values.Add(i < fields.Count && fields[i].Index == index ? Parse(buffer, fields[i], line)
            : AbsentIsNaN ? ParseEmpty() : default);
    }
}

internal sealed class VectorCells<T>(SourceColumn column, FieldSyntax syntax) : CellColumn<T, VBuffer<T>>(column, syntax)
{
    /// <summary>A vector: where its values start, how many are stored, and its size. If fewer are, they have indices.</summary>
    private readonly record struct Row(int Start, int Count, int Size);

    private readonly List<Row> _rows = [];
    private T[] _values = [];
    private int[] _indices = [];
    private int _start; // of the next row

    public override void Clear()
    {
        base.Clear();
        _rows.Clear();
        _start = 0;
    }

    public override void Get(int row, ref VBuffer<T> value)
    {
        var (start, count, size) = _rows[row];
        var editor = VBufferEditor.Create(ref value, size, count);
        _values.AsSpan(start, count).CopyTo(editor.Values);
        if (count > 0 && count < size) _indices.AsSpan(start, count).CopyTo(editor.Indices);
        value = editor.Commit();
    }

    /// <summary>The vector is sparse if no more than half of its slots have a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(char[] buffer, FieldSplitter fields, int sourceColumns, long line)
    {
        var (size, count) = (0, 0);
        foreach (var segment in Column.Segments)
        {
            var limit = Limit(segment, sourceColumns);
            size = checked(size + limit - segment.Min);
            count += fields.Find(limit) - fields.Find(segment.Min) + Absent(fields, segment.Min, limit);
        }
        var isDense = count > size / 2;
        if (isDense) count = size;
        Reserve(ref _values, count);
        if (isDense) _values.AsSpan(_start, size).Clear();
        else Reserve(ref _indices, count);
        var (offset, next) = (0, _start);
        foreach (var segment in Column.Segments)
        {
            var limit = Limit(segment, sourceColumns);
            var toSlot = offset - segment.Min;
            for (var i = fields.Find(segment.Min); i < fields.Count && fields[i].Index < limit; i++)
                Put(toSlot + fields[i].Index, Parse(buffer, fields[i], line, toSlot + fields[i].Index));
            for (var i = limit - Absent(fields, segment.Min, limit); i < limit; i++) Put(toSlot + i, ParseEmpty());
            offset += limit - segment.Min;
        }
        _rows.Add(new Row(_start, count, size));
        _start += count;

        void Put(int slot, T value)
        {
            if (!isDense) _indices[next] = slot;
            _values[isDense ? _start + slot : next++] = value;
        }
    }

    /// <summary>How many fields of a segment lie beyond the end of the line and count as NaN.</summary>
    private int Absent(FieldSplitter fields, int min, int limit) =>
        AbsentIsNaN && fields.Find(limit) == fields.Count ? Math.Max(0, limit - Math.Max(min, fields.Count)) : 0;

    private void Reserve<TAny>(ref TAny[] array, int count)
    {
        if (array.Length < _start + count) Array.Resize(ref array, Math.Max(_start + count, 2 * array.Length));
    }

    private static int Limit(SourceColumn.Segment segment, int sourceColumns) =>
        segment.IsVariable ? Math.Max(segment.Min, sourceColumns) : segment.Limit;
}
