using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Collects the distinct values of a column, up to a number of them. Missing values and empty text are none.</summary>
internal abstract class KeyMapBuilder
{
    public static KeyMapBuilder Create(DataViewRow row, DataViewSchema.Column column, int maximumCount) =>
        Generic.Call<KeyMapBuilder>(Create<int>, column.Type.GetItemType().RawType, row, column, maximumCount);

    private static KeyMapBuilder Create<T>(DataViewRow row, DataViewSchema.Column column, int maximumCount) =>
        new KeyMapBuilder<T>(row, column, maximumCount);

    /// <summary>False when there are enough values.</summary>
    public abstract bool AddRow();

    public abstract KeyMap Finish(bool sort);
}

internal sealed class KeyMapBuilder<T> : KeyMapBuilder
{
    private readonly PrimitiveDataViewType _type;
    private readonly Func<T, bool> _isMissing;
    private readonly int _maximumCount;
    private readonly List<T> _terms = [];
    private readonly HashSet<T> _seen = new(ItemComparer.Equality<T>());
    private readonly SlotReader<T> _reader;

    public KeyMapBuilder(DataViewRow row, DataViewSchema.Column column, int maximumCount)
    {
        (_type, _maximumCount, _reader) = ((PrimitiveDataViewType)column.Type.GetItemType(), maximumCount, new(row, column));
        _isMissing = MissingValues.Test<T>(_type) ?? (value => value is ReadOnlyMemory<char> { IsEmpty: true });
    }

    public override bool AddRow()
    {
        if (_terms.Count >= _maximumCount) return false;
        var values = _reader.Read();
        var slots = _reader.Slots;
        for (var i = 0; i < values.Length; i++)
        {
            // a slot that is left out is a value too, and comes first where it is
            if (!slots.IsEmpty && slots[i] != i) Add(default);
            Add(values[i]);
        }
        if (!_reader.IsDense) Add(default);
        return _terms.Count < _maximumCount;
    }

    public override KeyMap Finish(bool sort)
    {
        if (sort)
        {
            // ML.NET cannot sort that either, unless it were text
            if (_terms.Count == 0 && _type is not TextDataViewType)
                throw new ArgumentNullException(nameof(_terms), "There are no values to sort.");
            _terms.Sort(ItemComparer.Order<T>());
        }
        return new KeyMap<T>(_type, [.. _terms]);
    }

    private void Add(T value)
    {
        if (_terms.Count < _maximumCount && !_isMissing(value) && _seen.Add(value)) _terms.Add(value);
    }
}
