using System.Numerics;

namespace MLNetExtensions.Networks.Training;

/// <summary>The memory of some sparse rows, used again for the next ones.</summary>
/// <param name="width">The number of values of a row, zeros included.</param>
internal sealed class SparseBuffer(int width)
{
    private int[] _starts = new int[64], _indices = new int[1024];
    private float[] _values = new float[1024];

    public int Count { get; private set; }

    public SparseRows Rows => new(
        width, _starts.AsSpan(0, Count + 1), _indices.AsSpan(0, _starts[Count]), _values.AsSpan(0, _starts[Count]));

    public void Clear() => Count = 0;

    /// <summary>Adds a row with values in the given places, ascending.</summary>
    /// <returns>Where the values go.</returns>
    public Span<float> Add(ReadOnlySpan<int> indices)
    {
        int start = _starts[Count];
        Reserve(start, indices.Length);
        indices.CopyTo(_indices.AsSpan(start));
        EndRow(start + indices.Length);
        return _values.AsSpan(start, indices.Length);
    }

    /// <summary>Adds a dense row without its zeros.</summary>
    public void AddNonzero<T>(ReadOnlySpan<T> row)
        where T : unmanaged, INumberBase<T>
    {
        int end = _starts[Count];
        Reserve(end, row.Length);
        for (int i = 0; i < row.Length; i++)
        {
            if (T.IsZero(row[i]))
                continue;
            _indices[end] = i;
            _values[end++] = float.CreateTruncating(row[i]);
        }
        EndRow(end);
    }

    private void Reserve(int start, int count)
    {
        int needed = checked(start + count);
        if (needed <= _indices.Length)
            return;
        int length = (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _indices.Length));
        Array.Resize(ref _indices, length);
        Array.Resize(ref _values, length);
    }

    private void EndRow(int end)
    {
        if (++Count == _starts.Length)
            Array.Resize(ref _starts, 2 * _starts.Length);
        _starts[Count] = end;
    }
}
