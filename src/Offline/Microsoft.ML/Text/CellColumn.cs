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

internal abstract class CellColumn<TItem, TValue>(SourceColumn column, FieldSyntax syntax) : CellColumn
{
    private readonly CellParser<TItem> _parse = CellParsers.Get<TItem>(column.ItemType, syntax.Reals);

    protected SourceColumn Column => column;

    /// <summary>Whether an absent field is NaN, not the default.</summary>
    protected bool AbsentIsNaN { get; } = column.IsReal && syntax.EmptyIsNaN;

    public abstract void Get(int row, ref TValue value);

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
    private int _start, _count, _size; // the row being added

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(char[] buffer, FieldSplitter fields, int sourceColumns, long line)
    {
        (_count, _size) = (0, 0);
        foreach (var segment in Column.Segments) _size = checked(_size + Limit(segment, sourceColumns) - segment.Min);
        var offset = 0;
        foreach (var segment in Column.Segments)
        {
            var limit = Limit(segment, sourceColumns);
            var toSlot = offset - segment.Min;
            var i = fields.Find(segment.Min);
            for (; i < fields.Count && fields[i].Index < limit; i++)
                Put(toSlot + fields[i].Index, Parse(buffer, fields[i], line, toSlot + fields[i].Index));
            if (AbsentIsNaN && i == fields.Count)
                for (var index = Math.Max(segment.Min, fields.Count); index < limit; index++) Put(toSlot + index, ParseEmpty());
            offset += limit - segment.Min;
        }
        _rows.Add(new Row(_start, _count, _size));
        _start += _count;
    }

    /// <summary>Sets a slot. The vector is sparse until more than half of its slots are set.</summary>
    private void Put(int slot, T value)
    {
        if (_count < _size / 2)
        {
            Reserve(ref _values, _count + 1);
            Reserve(ref _indices, _count + 1);
            _values[_start + _count] = value;
            _indices[_start + _count++] = slot;
            return;
        }
        if (_count < _size)
        {
            Reserve(ref _values, _size);
            var values = _values.AsSpan(_start, _size);
            values[_count..].Clear();
            for (var i = _count - 1; i >= 0 && i < _indices[_start + i]; i--)
                (values[_indices[_start + i]], values[i]) = (values[i], default);
            _count = _size;
        }
        _values[_start + slot] = value;
    }

    private void Reserve<TAny>(ref TAny[] array, int count)
    {
        if (array.Length < _start + count) Array.Resize(ref array, Math.Max(_start + count, 2 * array.Length));
    }

    private static int Limit(SourceColumn.Segment segment, int sourceColumns) =>
        segment.IsVariable ? Math.Max(segment.Min, sourceColumns) : segment.Limit;
}
