using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>Reads the feature vector of a row as dense floats in the network's order: numbers as they are, bytes (pixels) as 0 to
/// 255.</summary>
internal abstract class FeatureReader
{
    /// <summary>Reads the current row into <paramref name="features"/>.</summary>
    /// <returns>Whether every feature is finite.</returns>
    public abstract bool Read(Span<float> features);

    /// <summary>Whether no value is NaN or infinite.</summary>
    public static bool AllFinite(ReadOnlySpan<float> values) => TensorPrimitives.IsFiniteAll(values);

    /// <summary>A reader of <paramref name="column"/>, which must fit <paramref name="layout"/>.</summary>
    public static FeatureReader Create(DataViewRow row, Column column, FeatureLayout layout)
    {
        VectorDataViewType type = (VectorDataViewType)column.Type;
        FeatureReader reader = type.ItemType == NumberDataViewType.Byte
            ? new Bytes(row.GetGetter<VBuffer<byte>>(column))
            : layout.Type.ItemType == NumberDataViewType.Byte
            ? new BytesAsSingles(row.GetGetter<VBuffer<float>>(column), column.Name)
            : new Singles(row.GetGetter<VBuffer<float>>(column));
        int channels = layout.InterleavedChannels(type);
        return channels == 1 ? reader : new Interleaved(reader, type.Size, channels);
    }

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

    /// <summary>Bytes that were converted to Single, as permutation feature importance needs them. Pixels that were scaled as well would
    /// give nonsense, and are told by their fractions.</summary>
    private sealed class BytesAsSingles(ValueGetter<VBuffer<float>> getter, string column) : FeatureReader
    {
        private VBuffer<float> _buffer;

        public override bool Read(Span<float> features)
        {
            getter(ref _buffer);
            _buffer.CopyTo(features);
            foreach (float value in _buffer.GetValues())
            {
                if (value is >= byte.MinValue and <= byte.MaxValue ? value != MathF.Floor(value) : float.IsFinite(value))
                    throw new InvalidOperationException(
                        $"The feature column '{column}' holds {value}, but the network was trained on bytes: give it whole numbers from 0 to " +
                        "255, not scaled ones.");
            }
            return AllFinite(_buffer.GetValues());
        }
    }

    private sealed class Interleaved(FeatureReader source, int size, int channels) : FeatureReader
    {
        private readonly float[] _pixels = new float[size];

        public override bool Read(Span<float> features)
        {
            bool finite = source.Read(_pixels);
            FeatureLayout.CopyPlanes(_pixels, features, channels);
            return finite;
        }
    }
}
