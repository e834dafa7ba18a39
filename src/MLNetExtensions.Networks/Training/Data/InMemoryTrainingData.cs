using System.Numerics;

namespace MLNetExtensions.Networks.Training;

/// <summary>Examples whose features are in memory: floats as they are, bytes as numbers from 0 to 255 (a
/// <see cref="Normalize"/> layer scales them).</summary>
/// <typeparam name="T">float or byte.</typeparam>
public sealed class InMemoryTrainingData<T> : TrainingData
    where T : unmanaged, INumberBase<T>
{
    private readonly FeatureTable<T> _features;

    /// <summary>Keeps the table and the arrays, without a copy.</summary>
    /// <param name="featureShape">The shape of one example.</param>
    /// <param name="features">The features, a row an example.</param>
    /// <param name="targets">The targets, row-major [count×<paramref name="targetSize"/>].</param>
    /// <param name="weights">The weight of each example; null for 1 each.</param>
    /// <param name="targetSize">The number of targets of one example.</param>
    /// <exception cref="ArgumentException">The sizes don't agree, or a target or weight is not
    /// finite, or a weight is negative.</exception>
    public InMemoryTrainingData(
        TensorShape featureShape, FeatureTable<T> features, float[] targets, float[]? weights = null, int targetSize = 1)
        : base(featureShape, targets, weights, targetSize)
    {
        if (features.Width != featureShape.Size)
            throw new ArgumentException(
                $"Rows of {features.Width} values don't fill the shape {featureShape}.", nameof(features));
        if (features.Count != Count)
            throw new ArgumentException(
                $"There are {features.Count} rows of features but targets for {Count}.", nameof(features));
        _features = features;
    }

    /// <summary>Keeps the arrays, without a copy; the features are row-major [count×feature shape].</summary>
    /// <exception cref="ArgumentException">The sizes don't agree, or a target or weight is not
    /// finite, or a weight is negative.</exception>
    public InMemoryTrainingData(
        TensorShape featureShape, T[] features, float[] targets, float[]? weights = null, int targetSize = 1)
        : this(featureShape, new FeatureTable<T>((int)featureShape.Size, features), targets, weights, targetSize)
    {
    }

    internal override bool HasSparseRows => _features.HasSparseRows;

    /// <inheritdoc/>
    public override void CopyFeatures(ReadOnlySpan<int> rows, Span<float> features)
    {
        int width = _features.Width;
        for (int i = 0; i < rows.Length; i++)
        {
            Span<float> destination = features.Slice(i * width, width);
            if (_features.IsSparse(rows[i], out ReadOnlySpan<int> indices, out ReadOnlySpan<T> values))
                FeatureValues.ToSingle(indices, values, destination);
            else
                FeatureValues.ToSingle(values, destination);
        }
    }

    internal override void AddSparseFeatures(ReadOnlySpan<int> rows, SparseBuffer buffer)
    {
        foreach (int row in rows)
        {
            if (_features.IsSparse(row, out ReadOnlySpan<int> indices, out ReadOnlySpan<T> values))
                FeatureValues.ToSingle(values, buffer.Add(indices));
            else
                buffer.AddNonzero(values);
        }
    }
}
