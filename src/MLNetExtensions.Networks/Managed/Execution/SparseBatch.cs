using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The sparse rows of a pass, in memory of the session: the backward pass may come when the caller's is gone.</summary>
internal sealed unsafe class SparseBatch<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private NativeBuffer<int> _starts = new(0), _indices = new(0);
    private NativeBuffer<T> _values = new(0);

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The number of stored values.</summary>
    public int Length { get; private set; }

    /// <summary>Where each row starts, and the last one ends.</summary>
    public int* Starts => _starts.Pointer;

    /// <summary>The places of the values, ascending within a row.</summary>
    public int* Indices => _indices.Pointer;

    /// <summary>The values.</summary>
    public T* Values => _values.Pointer;

    /// <summary>Takes over rows.</summary>
    public void Set(SparseRows rows)
    {
        int first = rows.Starts[0];
        (Count, Length) = (rows.Count, rows.Starts[^1] - first);
        Reserve(ref _starts, Count + 1);
        Reserve(ref _indices, Length);
        Reserve(ref _values, Length);
        for (int row = 0; row <= Count; row++)
            Starts[row] = rows.Starts[row] - first;
        rows.Indices.Slice(first, Length).CopyTo(_indices.Span);
        ParameterStore<T>.Convert<float, T>(rows.Values.Slice(first, Length), _values.Span);
    }

    public void Dispose()
    {
        _starts.Dispose();
        _indices.Dispose();
        _values.Dispose();
    }

    private static void Reserve<TItem>(ref NativeBuffer<TItem> buffer, long length)
        where TItem : unmanaged
    {
        if (buffer.Length >= length)
            return;
        buffer.Dispose();
        buffer = new(Math.Max(length, 2 * buffer.Length));
    }
}
