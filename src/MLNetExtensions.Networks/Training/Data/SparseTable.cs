namespace MLNetExtensions.Networks.Training;

/// <summary>A growing table of sparse rows, in blocks that hold the rows one behind the other: adding never copies what is
/// there.</summary>
internal sealed class SparseTable<T>
    where T : unmanaged
{
    private const int BlockLength = 1 << 16;

    private readonly List<(int[] Indices, T[] Values)> _blocks = [];
    private readonly List<(int Block, int Start, int Length)> _rows = [];
    private int _used;

    public int Count => _rows.Count;

    /// <summary>The places of a row's values, ascending, and the values.</summary>
    public void Read(int row, out ReadOnlySpan<int> indices, out ReadOnlySpan<T> values)
    {
        (int block, int start, int length) = _rows[row];
        indices = _blocks[block].Indices.AsSpan(start, length);
        values = _blocks[block].Values.AsSpan(start, length);
    }

    public void Add(ReadOnlySpan<int> indices, ReadOnlySpan<T> values)
    {
        if (_blocks.Count == 0 || _used + values.Length > _blocks[^1].Values.Length)
        {
            int length = Math.Max(BlockLength, values.Length);
            _blocks.Add((GC.AllocateUninitializedArray<int>(length), GC.AllocateUninitializedArray<T>(length)));
            _used = 0;
        }
        indices.CopyTo(_blocks[^1].Indices.AsSpan(_used));
        values.CopyTo(_blocks[^1].Values.AsSpan(_used));
        _rows.Add((_blocks.Count - 1, _used, values.Length));
        _used += values.Length;
    }
}
