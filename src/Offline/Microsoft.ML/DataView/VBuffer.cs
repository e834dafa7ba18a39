namespace Microsoft.ML.Data;

/// <summary>A vector value: dense, or sparse with the rising indices of its explicit values.</summary>
public readonly struct VBuffer<T> : IEnumerable
{
    private readonly T[] _values;
    private readonly int[] _indices;
    private readonly int _count;
    public readonly int Length;

    public VBuffer(int length, T[] values, int[] indices = null) : this(length, length, values, indices) { }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        Contracts.CheckParam(length >= 0, nameof(length));
        Contracts.CheckParam(0 <= count && count <= length, nameof(count));
        Contracts.CheckParam((values?.Length ?? 0) >= count, nameof(values));
        Contracts.CheckParam(count == length || (indices?.Length ?? 0) >= count, nameof(indices));
        (Length, _count, _values, _indices) = (length, count, values, indices);
    }

    public bool IsDense => _count == Length;
    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        Contracts.CheckParam(0 <= sourceIndex && sourceIndex <= Length, nameof(sourceIndex));
        Contracts.CheckParam(0 <= length && sourceIndex <= Length - length, nameof(length));
        var (from, to) = IsDense ? (sourceIndex, sourceIndex + length)
            : (FirstAtLeast(sourceIndex), FirstAtLeast(sourceIndex + length));
        var editor = VBufferEditor.Create(ref destination, length, to - from);
        _values.AsSpan(from, to - from).CopyTo(editor.Values);
        if (!IsDense)
            for (var i = 0; i < editor.Indices.Length; i++) editor.Indices[i] = _indices[from + i] - sourceIndex;
        destination = editor.Commit();
    }

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        Contracts.CheckParam(0 <= destinationIndex && destinationIndex <= destination.Length - Length, nameof(destination),
            "Not large enough to hold these values.");
        destination = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(destination);
            return;
        }
        destination.Fill(_count == 0 ? default : defaultValue);
        for (var i = 0; i < _count; i++) destination[_indices[i]] = _values[i];
    }

    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        if (all) return DenseValues().Select((v, i) => KeyValuePair.Create(i, v));
        var (indices, dense) = (_indices, IsDense);
        return _values.AsEnumerable()?.Take(_count).Select((v, i) => KeyValuePair.Create(dense ? i : indices[i], v)) ?? [];
    }

    public IEnumerable<T> DenseValues()
    {
        var next = 0;
        for (var i = 0; i < Length; i++)
            yield return IsDense ? _values[i] : next < _count && _indices[next] == i ? _values[next++] : default;
    }

    public T GetItemOrDefault(int index)
    {
        Contracts.CheckParam(0 <= index && index < Length, nameof(index));
        if (IsDense) return _values[index];
        var i = GetIndices().BinarySearch(index);
        return i >= 0 ? _values[i] : default;
    }

    public IEnumerator GetEnumerator() => _values.GetEnumerator();
    public override string ToString() =>
        IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";

    internal VBufferEditor<T> Edit(int length, int? valuesCount, int? maxValuesCapacity, bool keepOldOnResize,
        bool requireIndicesOnDense)
    {
        Contracts.CheckParam(length >= 0, nameof(length), "Must be non-negative.");
        var count = valuesCount ?? length;
        Contracts.CheckParam(0 <= count && count <= length, nameof(valuesCount), "Must be from 0 to the length.");
        var capacity = maxValuesCapacity ?? Array.MaxLength;
        var (values, indices) = (_values, _indices);
        Grow(ref values, count, capacity, keepOldOnResize);
        if (count < length || requireIndicesOnDense) Grow(ref indices, count, capacity, keepOldOnResize);
        return new(length, count, values, indices, requireIndicesOnDense);
    }

    internal VBufferEditor<T> Edit() => Edit(Length, _count, null, false, false);

    private int FirstAtLeast(int index)
    {
        var i = GetIndices().BinarySearch(index);
        return i < 0 ? ~i : i;
    }

    private static void Grow<TItem>(ref TItem[] array, int needed, int capacity, bool keepOld)
    {
        var size = array?.Length ?? 0;
        if (size >= needed) return;
        var newSize = Math.Max(needed, (int)Math.Min(capacity, 2L * size));
        if (keepOld) Array.Resize(ref array, newSize);
        else array = new TItem[newSize];
    }
}
