using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>Reads the feature vector of a row as dense floats: numbers as they are, bytes (pixels) as 0 to 255.</summary>
internal abstract class FeatureReader
{
    /// <summary>Reads the current row into <paramref name="features"/>.</summary>
    /// <returns>Whether every feature is finite.</returns>
    public abstract bool Read(Span<float> features);

    /// <summary>Whether no value is NaN or infinite.</summary>
    public static bool AllFinite(ReadOnlySpan<float> values) => TensorPrimitives.IsFiniteAll(values);

    /// <summary>A reader of <paramref name="column"/>, which must be a vector of known size of Single or Byte.</summary>
    public static FeatureReader Create(DataViewRow row, Column column) =>
        ((VectorDataViewType)column.Type).ItemType == NumberDataViewType.Byte
            ? new Bytes(row.GetGetter<VBuffer<byte>>(column))
            : new Singles(row.GetGetter<VBuffer<float>>(column));

    private sealed class Singles(ValueGetter<VBuffer<float>> getter) : FeatureReader
    {
        private VBuffer<float> _buffer;

        public override bool Read(Span<float> features)
        {
            getter(ref _buffer);
            _buffer.CopyTo(features);
            return AllFinite(_buffer.GetValues());
        }
    }

    private sealed class Bytes(ValueGetter<VBuffer<byte>> getter) : FeatureReader
    {
        private VBuffer<byte> _buffer;

        public override bool Read(Span<float> features)
        {
            getter(ref _buffer);
            if (_buffer.IsDense)
            {
                TensorPrimitives.ConvertSaturating(_buffer.GetValues(), features);
                return true;
            }
            features.Clear();
            ReadOnlySpan<int> indices = _buffer.GetIndices();
            for (int i = 0; i < indices.Length; i++)
                features[indices[i]] = _buffer.GetValues()[i];
            return true;
        }
    }
}
