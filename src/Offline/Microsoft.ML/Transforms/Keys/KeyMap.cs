namespace Microsoft.ML.Transforms;

/// <summary>The values that have a key, in the order of the keys.</summary>
internal sealed class KeyMap<T>(DataViewType type, T[][] terms, bool namesAsText) : ColumnFunction<T>(type, terms, namesAsText)
{
    private readonly T[] _terms = terms[0];
    private readonly bool _namesAsText = namesAsText;
    private readonly Dictionary<T, uint> _keys = terms[0].Select((term, i) => KeyValuePair.Create(term, (uint)i + 1))
        .ToDictionary(TextComparer.OrDefault<T>());

    public override MappedColumn Map(string outputColumnName, DataViewSchema.Column input)
    {
        Contracts.Check(input.Type.GetItemType().Equals(Type),
            $"Could not apply a map over type '{Type}' to column '{input.Name}' since it is {input.Type}.");
        var type = new KeyDataViewType(typeof(uint), Math.Max(1, _terms.Length)); // a key type cannot be empty
        return ItemMapping.Create<T, uint>(outputColumnName, type, MakeAnnotations(input), input,
            (_, value) => _keys.GetValueOrDefault(value), staysSparse: !_keys.ContainsKey(default));
    }

    private DataViewSchema.Annotations MakeAnnotations(DataViewSchema.Column input)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        // the values of a key are the values of the keys that are its terms
        var values = Type is KeyDataViewType key && input.GetVectorType(Kinds.KeyValues) is { } found
            && (ulong)found.Size == key.Count ? found.ItemType : null;
        if (_terms.Length > 0 && values is not null)
            Generic.Call<object>(AddValues<int>, values.RawType, builder, values, input);
        else if (_terms.Length > 0) AddValues<T>(builder, (PrimitiveDataViewType)Type);
        builder.Add(input.Annotations, kind => kind == Kinds.SlotNames);
        return builder.ToAnnotations();
    }

    private void AddValues<TValue>(DataViewSchema.Annotations.Builder builder, PrimitiveDataViewType type,
        DataViewSchema.Column? keys = null)
    {
        if (_namesAsText && type is not TextDataViewType)
            builder.AddVector(Kinds.KeyValues, new(TextDataViewType.Instance, _terms.Length),
                () => Array.ConvertAll(Values(), value => StandardConversions.ToName(value, type).AsMemory()));
        else builder.AddVector(Kinds.KeyValues, new(type, _terms.Length), Values);

        TValue[] Values()
        {
            if (keys is not { } source) return (TValue[])(object)_terms;
            var all = source.GetVector<TValue>(Kinds.KeyValues);
            return Array.ConvertAll(_terms, term => all[Convert.ToUInt64(term) - 1]);
        }
    }
}

/// <summary>Collects the distinct values of a column, up to a number of them. Missing values and empty text are none.</summary>
internal sealed class KeyMapLearner<T>(DataViewRow row, DataViewSchema.Column column, int maximumCount, bool sort,
    bool namesAsText) : ColumnLearner
{
    private readonly PrimitiveDataViewType _type = (PrimitiveDataViewType)column.Type.GetItemType();
    private readonly Func<VBuffer<T>> _read = row.ReadSlots<T>(column);
    private readonly Func<T, bool> _isMissing = MissingValues.Test<T>(column.Type.GetItemType())
        ?? (value => value is ReadOnlyMemory<char> { IsEmpty: true });
    private readonly List<T> _terms = [];
    private readonly HashSet<T> _seen = new(TextComparer.OrDefault<T>());

    public override bool AddRow()
    {
        if (_terms.Count >= maximumCount) return false;
        var vector = _read();
        var values = vector.GetValues();
        for (var i = 0; i < values.Length; i++)
        {
            // a slot that is left out is a value too, and comes first where it is
            if (!vector.IsDense && vector.GetIndices()[i] != i) Add(default);
            Add(values[i]);
        }
        if (!vector.IsDense) Add(default);
        return _terms.Count < maximumCount;
    }

    public override ColumnFunction Finish()
    {
        // ML.NET cannot sort no values either, unless they were text
        if (sort && _terms.Count == 0 && _type is not TextDataViewType)
            throw new ArgumentNullException(nameof(_terms), "There are no values to sort.");
        if (sort) _terms.Sort(TextComparer.Order as IComparer<T>);
        return new KeyMap<T>(_type, [[.. _terms]], namesAsText);
    }

    private void Add(T value)
    {
        if (_terms.Count < maximumCount && !_isMissing(value) && _seen.Add(value)) _terms.Add(value);
    }
}

/// <summary>Compares text by its characters.</summary>
internal static class TextComparer
{
    private static readonly IEqualityComparer<ReadOnlyMemory<char>> _equality = EqualityComparer<ReadOnlyMemory<char>>.Create(
        (x, y) => x.Span.SequenceEqual(y.Span), text => string.GetHashCode(text.Span));
    public static IComparer<ReadOnlyMemory<char>> Order { get; } =
        Comparer<ReadOnlyMemory<char>>.Create((x, y) => x.Span.SequenceCompareTo(y.Span));

    /// <summary>Compares text so, and anything else as it compares itself.</summary>
    public static IEqualityComparer<T> OrDefault<T>() => _equality as IEqualityComparer<T> ?? EqualityComparer<T>.Default;
}
