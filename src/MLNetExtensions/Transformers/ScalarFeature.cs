using System.Numerics;
using Microsoft.ML;
using MLNetExtensions.Networks.Training;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>Reads a column of one value a row.</summary>
/// <typeparam name="T">float, or the byte, ushort or uint of keys.</typeparam>
/// <param name="row">The row, or the cursor over rows.</param>
/// <param name="column">The column.</param>
/// <param name="vocabulary">The ids that keys may have; null for numbers.</param>
internal sealed class ScalarFeature<T>(DataViewRow row, Column column, int? vocabulary) : TableReader<float>
    where T : unmanaged, INumberBase<T>
{
    private readonly ValueGetter<T> _getter = row.GetGetter<T>(column);
    private T _value;
    private float _feature;

    public override bool Read()
    {
        _getter(ref _value);
        _feature = float.CreateTruncating(_value);
        // As everywhere in ML.NET, a key beyond the last one is a missing one.
        if (_feature >= vocabulary)
            _feature = 0;
        return float.IsFinite(_feature);
    }

    public override void CopyTo(Span<float> features) => features[0] = _feature;

    public override void AddTo(FeatureTable<float> rows) => rows.Add([_feature]);
}
