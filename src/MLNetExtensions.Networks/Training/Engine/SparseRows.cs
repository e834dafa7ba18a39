namespace MLNetExtensions.Networks.Training;

/// <summary>Rows of which most values are 0, by the others: compressed sparse rows, as SciPy's <c>csr_matrix</c>.</summary>
public readonly ref struct SparseRows
{
    /// <summary>At this share of values that are stored a product over them alone is as fast as one over all, whose values lie
    /// side by side.</summary>
    private const double LargestShare = 1 / 64.0;

    /// <summary>Views the memory of the caller.</summary>
    /// <param name="width">The number of values of a row, zeros included.</param>
    /// <param name="starts">Where each row starts in <paramref name="indices"/> and <paramref name="values"/> and, as one more,
    /// where the last one ends.</param>
    /// <param name="indices">The places of the stored values, from 0 to <paramref name="width"/> − 1, ascending within a
    /// row.</param>
    /// <param name="values">The stored values.</param>
    /// <exception cref="ArgumentException">The lengths don't agree.</exception>
    public SparseRows(int width, ReadOnlySpan<int> starts, ReadOnlySpan<int> indices, ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (starts.IsEmpty)
            throw new ArgumentException("The starts of rows end with the end of the last one.", nameof(starts));
        if (indices.Length != values.Length)
            throw new ArgumentException($"There are {indices.Length} indices for {values.Length} values.", nameof(indices));
        Width = width;
        Starts = starts;
        Indices = indices;
        Values = values;
    }

    /// <summary>The number of values of a row, zeros included.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Count => Starts.Length - 1;

    /// <summary>Where each row starts in <see cref="Indices"/> and <see cref="Values"/>, and the last one ends.</summary>
    public ReadOnlySpan<int> Starts { get; }

    /// <summary>The places of the stored values, ascending within a row.</summary>
    public ReadOnlySpan<int> Indices { get; }

    /// <summary>The stored values.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Whether so few values are stored that multiplying them alone is the faster way.</summary>
    internal bool ArePlainlySparse => Starts[^1] - Starts[0] <= (double)Count * Width * LargestShare;

    /// <summary>Some of the rows.</summary>
    public SparseRows Slice(int start, int count) => new(Width, Starts.Slice(start, count + 1), Indices, Values);

    /// <summary>Writes the rows with their zeros, [count×width].</summary>
    public void CopyTo(Span<float> rows)
    {
        rows[..(Count * Width)].Clear();
        for (int row = 0; row < Count; row++)
        {
            Span<float> target = rows.Slice(row * Width, Width);
            for (int i = Starts[row]; i < Starts[row + 1]; i++)
                target[Indices[i]] = Values[i];
        }
    }
}
