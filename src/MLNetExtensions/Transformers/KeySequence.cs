using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>Reads vectors of keys as ids, padded and cut to the network's length.</summary>
/// <typeparam name="T">The keys: byte, ushort or uint.</typeparam>
/// <param name="row">The row, or the cursor over rows.</param>
/// <param name="column">Its keys.</param>
/// <param name="layout">The length, and the keys there are.</param>
internal sealed class KeySequence<T>(DataViewRow row, Column column, KeySequenceLayout layout) : TableReader<float>
    where T : unmanaged, IUnsignedNumber<T>
{
    private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(column);
    private readonly float[] _ids = new float[layout.Width];
    private readonly int[] _places = [.. Enumerable.Range(0, layout.Width)];
    private VBuffer<T> _keys;

    /// <summary>The ids up to the last one that is no padding.</summary>
    private int _count;

    public override bool IsCut => _keys.Length > _ids.Length;

    /// <returns>Always true: a row without any id is an empty text, and not a missing one.</returns>
    public override bool Read()
    {
        _getter(ref _keys);
        ReadOnlySpan<T> keys = _keys.GetValues();
        _count = 0;
        if (_keys.IsDense)
        {
            for (int place = 0; place < Math.Min(keys.Length, _ids.Length); place++)
                Set(place, keys[place]);
            return true;
        }
        ReadOnlySpan<int> places = _keys.GetIndices();
        _ids.AsSpan().Clear();
        for (int i = 0; i < places.Length && places[i] < _ids.Length; i++)
            Set(places[i], keys[i]);
        return true;
    }

    public override void CopyTo(Span<float> features)
    {
        _ids.AsSpan(0, _count).CopyTo(features);
        features[_count..].Clear();
    }

    /// <summary>Adds the ids without the padding behind them, where that takes less memory.</summary>
    public override void AddTo(FeatureTable<float> rows) => rows.Add(_places.AsSpan(0, _count), _ids.AsSpan(0, _count));

    // As everywhere in ML.NET, a key beyond the last one is a missing one.
    private void Set(int place, T key)
    {
        float id = float.CreateTruncating(key);
        _ids[place] = id < layout.Vocabulary ? id : 0;
        if (_ids[place] != 0)
            _count = place + 1;
    }
}
