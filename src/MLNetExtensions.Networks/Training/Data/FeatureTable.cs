namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A growing table of rows of one width, in blocks: adding never copies what is there, and all rows together may exceed the
/// largest array. Images as bytes take a quarter of the memory of floats, and sparse rows what they store, where that is less.
/// </summary>
/// <typeparam name="T">float, or byte for pixels from 0 to 255.</typeparam>
public sealed class FeatureTable<T>
    where T : unmanaged
{
    private const int BlockBytes = 1 << 20;

    private readonly List<T[]> _blocks = [];
    private readonly int _blockShift;
    private int _denseCount;

    /// <summary>The sparse rows, and where each row of the table is: a number from 0 on among the dense ones, the complement of
    /// one among the sparse ones. Null while there is no sparse one.</summary>
    private SparseTable<T>? _sparse;
    private List<int>? _places;

    /// <summary>An empty table.</summary>
    /// <param name="width">The number of values of a row, at least 1.</param>
    public unsafe FeatureTable(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Width = width;
        _blockShift = int.Log2(Math.Max(1, (int)(BlockBytes / ((long)width * sizeof(T)))));
    }

    /// <summary>A table over existing rows, without a copy; it takes no more.</summary>
    /// <param name="width">The number of values of a row, at least 1.</param>
    /// <param name="values">The values, row-major.</param>
    /// <exception cref="ArgumentException">The values are no whole number of rows.</exception>
    public FeatureTable(int width, T[] values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (values.Length % width != 0)
            throw new ArgumentException($"{values.Length} values are no whole number of rows of {width}.", nameof(values));
        (Width, _denseCount, _blockShift) = (width, values.Length / width, 31);
        _blocks.Add(values);
    }

    /// <summary>The number of values of a row.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _places?.Count ?? _denseCount;

    /// <summary>Whether there is a row that is kept sparse.</summary>
    internal bool HasSparseRows => _sparse is not null;

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">The row has another width.</exception>
    public void Add(ReadOnlySpan<T> row)
    {
        if (row.Length != Width)
            throw new ArgumentException($"A row of {row.Length} values doesn't fit a table of width {Width}.", nameof(row));
        row.CopyTo(NextDense());
    }

    /// <summary>Adds a row of which most values are 0; it is kept sparse where that takes less memory.</summary>
    /// <param name="indices">The places of the other values, ascending.</param>
    /// <param name="values">The values.</param>
    /// <exception cref="ArgumentException">There is not one place for each value, or one is outside the width or not behind the
    /// one before.</exception>
    public unsafe void Add(ReadOnlySpan<int> indices, ReadOnlySpan<T> values)
    {
        if (indices.Length != values.Length)
            throw new ArgumentException($"There are {indices.Length} indices for {values.Length} values.", nameof(indices));
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)Width || (i > 0 && indices[i] <= indices[i - 1]))
                throw new ArgumentException(
                    $"The indices of a row ascend from 0 to {Width - 1}; {indices[i]} does not.", nameof(indices));
        }
        if ((long)values.Length * (sizeof(int) + sizeof(T)) >= (long)Width * sizeof(T))
        {
            Span<T> row = NextDense();
            row.Clear();
            for (int i = 0; i < indices.Length; i++)
                row[indices[i]] = values[i];
            return;
        }
        RequireGrowing();
        _sparse ??= new();
        _places ??= [.. Enumerable.Range(0, _denseCount)];
        _places.Add(~_sparse.Count);
        _sparse.Add(indices, values);
    }

    /// <summary>Copies a row out, zeros included.</summary>
    public void CopyTo(int row, Span<T> values)
    {
        if (!IsSparse(row, out ReadOnlySpan<int> indices, out ReadOnlySpan<T> stored))
        {
            stored.CopyTo(values);
            return;
        }
        values[..Width].Clear();
        for (int i = 0; i < indices.Length; i++)
            values[indices[i]] = stored[i];
    }

    /// <summary>What is stored of a row.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="indices">The places of the values of a sparse one.</param>
    /// <param name="values">The values, all of them where the row is dense.</param>
    internal bool IsSparse(int row, out ReadOnlySpan<int> indices, out ReadOnlySpan<T> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        int place = _places is null ? row : _places[row];
        if (place < 0)
        {
            _sparse!.Read(~place, out indices, out values);
            return true;
        }
        indices = default;
        values = Dense(place);
        return false;
    }

    private Span<T> NextDense()
    {
        RequireGrowing();
        if (_denseCount >> _blockShift == _blocks.Count)
            _blocks.Add(GC.AllocateUninitializedArray<T>(Width << _blockShift));
        _places?.Add(_denseCount);
        return Dense(_denseCount++);
    }

    private Span<T> Dense(int place)
    {
        int block = (int)((uint)place >> _blockShift);
        return _blocks[block].AsSpan((place - (block << _blockShift)) * Width, Width);
    }

    private void RequireGrowing()
    {
        if (_blockShift == 31)
            throw new InvalidOperationException("A table over existing rows takes no more.");
    }
}
