namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A growing table of rows of one width, in blocks: adding never copies what is there, and all rows together may exceed the
/// largest array. Images as bytes take a quarter of the memory of floats.
/// </summary>
/// <typeparam name="T">float, or byte for pixels from 0 to 255.</typeparam>
public sealed class FeatureTable<T>
    where T : unmanaged
{
    private const int BlockBytes = 1 << 20;

    private readonly List<T[]> _blocks = [];
    private readonly int _blockShift;

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
        (Width, Count, _blockShift) = (width, values.Length / width, 31);
        _blocks.Add(values);
    }

    /// <summary>The number of values of a row.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>A row.</summary>
    public ReadOnlySpan<T> this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
            int block = (int)((uint)row >> _blockShift);
            return _blocks[block].AsSpan((row - (block << _blockShift)) * Width, Width);
        }
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">The row has another width.</exception>
    public void Add(ReadOnlySpan<T> row)
    {
        if (row.Length != Width)
            throw new ArgumentException($"A row of {row.Length} values doesn't fit a table of width {Width}.", nameof(row));
        if (_blockShift == 31)
            throw new InvalidOperationException("A table over existing rows takes no more.");
        int block = Count >> _blockShift;
        if (block == _blocks.Count)
            _blocks.Add(GC.AllocateUninitializedArray<T>(Width << _blockShift));
        row.CopyTo(_blocks[block].AsSpan((Count - (block << _blockShift)) * Width));
        Count++;
    }
}
