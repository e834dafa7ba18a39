using System.Numerics;
using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>Reads the feature vector of a row as floats in the network's order, sparse or with its zeros: numbers as they are,
/// bytes (pixels) as 0 to 255.</summary>
internal abstract class FeatureReader
{
    /// <summary>Whether the row that was read last stores only some of its values.</summary>
    public abstract bool IsSparse { get; }

    /// <summary>Reads the current row.</summary>
    /// <returns>Whether every feature is finite.</returns>
    public abstract bool Read();

    /// <summary>Copies the row that was read out, with its zeros.</summary>
    public abstract void CopyTo(Span<float> features);

    /// <summary>Adds what a sparse row stores.</summary>
    public abstract void AddTo(SparseBuffer rows);

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

    private abstract class Vectors<T>(ValueGetter<VBuffer<T>> getter) : FeatureReader
        where T : unmanaged, INumberBase<T>
    {
        private VBuffer<T> _buffer;

        public override bool IsSparse => !_buffer.IsDense;

        public override bool Read()
        {
            getter(ref _buffer);
            return Check(_buffer.GetValues());
        }

        public override void CopyTo(Span<float> features)
        {
            ReadOnlySpan<T> values = _buffer.GetValues();
            if (_buffer.IsDense)
            {
                TensorPrimitives.ConvertTruncating(values, features);
                return;
            }
            features.Clear();
            ReadOnlySpan<int> indices = _buffer.GetIndices();
            for (int i = 0; i < indices.Length; i++)
                features[indices[i]] = float.CreateTruncating(values[i]);
        }

        public override void AddTo(SparseBuffer rows) =>
            TensorPrimitives.ConvertTruncating(_buffer.GetValues(), rows.Add(_buffer.GetIndices()));

        /// <summary>Whether every value is finite.</summary>
        protected abstract bool Check(ReadOnlySpan<T> values);
    }

    private sealed class Singles(ValueGetter<VBuffer<float>> getter) : Vectors<float>(getter)
    {
        protected override bool Check(ReadOnlySpan<float> values) => AllFinite(values);
    }

    private sealed class Bytes(ValueGetter<VBuffer<byte>> getter) : Vectors<byte>(getter)
    {
        protected override bool Check(ReadOnlySpan<byte> values) => true;
    }

    /// <summary>Bytes that were converted to Single, as permutation feature importance needs them. Pixels that were scaled as well would
    /// give nonsense, and are told by their fractions.</summary>
    private sealed class BytesAsSingles(ValueGetter<VBuffer<float>> getter, string column) : Vectors<float>(getter)
    {
        protected override bool Check(ReadOnlySpan<float> values)
        {
            foreach (float value in values)
            {
                if (value is >= byte.MinValue and <= byte.MaxValue ? value != MathF.Floor(value) : float.IsFinite(value))
                    throw new InvalidOperationException(
                        $"The feature column '{column}' holds {value}, but the network was trained on bytes: give it whole numbers from 0 to " +
                        "255, not scaled ones.");
            }
            return AllFinite(values);
        }
    }

    private sealed class Interleaved(FeatureReader source, int size, int channels) : FeatureReader
    {
        private readonly float[] _pixels = new float[size];

        public override bool IsSparse => false;

        public override bool Read() => source.Read();

        public override void CopyTo(Span<float> features)
        {
            source.CopyTo(_pixels);
            FeatureLayout.CopyPlanes(_pixels, features, channels);
        }

        public override void AddTo(SparseBuffer rows) => throw new NotSupportedException("Pixels are never sparse.");
    }
}
