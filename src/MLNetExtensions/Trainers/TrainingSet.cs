using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Trainers;

/// <summary>A data view read into memory for training: rows with missing features are left out and counted.</summary>
internal abstract class TrainingSet
{
    private TrainingSet(float[] labels, float[]? weights, long skipped) =>
        (Labels, Weights, Skipped) = (labels, weights, skipped);

    /// <summary>The labels: class index, 0 or 1, or the number.</summary>
    public float[] Labels { get; }

    /// <summary>The number of rows.</summary>
    public int Count => Labels.Length;

    /// <summary>The rows that were left out because a feature is missing or infinite.</summary>
    public long Skipped { get; }

    /// <summary>The sum of all weights.</summary>
    public double TotalWeight => Weights?.Sum(weight => (double)weight) ?? Count;

    /// <summary>The weight of each row; null for 1 each.</summary>
    protected float[]? Weights { get; }

    /// <summary>The mean of <paramref name="value"/>(label), each row counted by its weight.</summary>
    public double Mean(Func<float, double> value)
    {
        double sum = 0;
        for (int row = 0; row < Count; row++)
            sum += (Weights?[row] ?? 1) * value(Labels[row]);
        return sum / TotalWeight;
    }

    /// <summary>The weight of all rows of each class.</summary>
    public double[] ClassTotals(int classes)
    {
        double[] totals = new double[classes];
        for (int row = 0; row < Count; row++)
            totals[(int)Labels[row]] += Weights?[row] ?? 1;
        return totals;
    }

    /// <summary>Reads the view once; only the columns named are active.</summary>
    /// <exception cref="InvalidOperationException">There is no row with all its features, a label is missing, or a
    /// weight is missing or negative.</exception>
    public static TrainingSet Read(
        IDataView data, Column features, Column label, Column? weight, LabelReader labelReader, Action checkAlive) =>
        ((VectorDataViewType)features.Type).ItemType == NumberDataViewType.Byte
            ? Read<byte>(data, features, label, weight, labelReader, checkAlive)
            : Read<float>(data, features, label, weight, labelReader, checkAlive);

    /// <summary>As the training loop takes it.</summary>
    public abstract TrainingData ToData(TensorShape shape, float[] targets);

    private static Rows<T> Read<T>(
        IDataView data, Column features, Column label, Column? weight, LabelReader labelReader, Action checkAlive)
        where T : unmanaged, INumberBase<T>
    {
        const int AliveInterval = 1024;
        IEnumerable<Column> columns = weight is null ? [features, label] : [features, label, weight.Value];
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        ValueGetter<VBuffer<T>> readFeatures = cursor.GetGetter<VBuffer<T>>(features);
        Func<float> readLabel = labelReader.Open(cursor, label);
        ValueGetter<float>? readWeight = weight is null ? null : cursor.GetGetter<float>(weight.Value);

        FeatureTable<T> rows = new(((VectorDataViewType)features.Type).Size);
        List<float> labels = [], weights = [];
        VBuffer<T> buffer = default;
        T[] dense = new T[rows.Width];
        long skipped = 0;
        while (cursor.MoveNext())
        {
            if (cursor.Position % AliveInterval == 0)
                checkAlive();
            readFeatures(ref buffer);
            buffer.CopyTo(dense);
            if (typeof(T) == typeof(float) && !FeatureReader.AllFinite(MemoryMarshal.Cast<T, float>(dense)))
            {
                skipped++;
                continue;
            }
            rows.Add(dense);
            labels.Add(readLabel());
            if (readWeight is not null)
            {
                float value = 0;
                readWeight(ref value);
                weights.Add(value);
            }
        }

        if (rows.Count == 0)
            throw new InvalidOperationException(skipped == 0
                ? $"No valid training instances found: the data with column '{features.Name}' has no rows."
                : $"No valid training instances found: the column '{features.Name}' has missing or infinite values in all " +
                    $"{skipped} rows. Replace them first (mlContext.Transforms.ReplaceMissingValues).");
        Check(
            labels, float.IsFinite, $"The label column '{label.Name}' has missing or infinite values",
            "Leave those rows out first (mlContext.Data.FilterRowsByMissingValues).");
        Check(
            weights, value => value >= 0 && float.IsFinite(value),
            $"The weight column '{weight?.Name}' has negative, missing or infinite values", "Weights are numbers of at least 0.");
        if (weight is not null && weights.TrueForAll(value => value == 0))
            throw new InvalidOperationException(
                $"The weight column '{weight?.Name}' is 0 in all {rows.Count} rows: there is nothing to learn from.");
        return new(rows, [.. labels], weight is null ? null : [.. weights], skipped);
    }

    private static void Check(List<float> values, Func<float, bool> valid, string problem, string remedy)
    {
        int bad = values.Count(value => !valid(value));
        if (bad > 0)
            throw new InvalidOperationException($"{problem} in {bad} of {values.Count} rows. {remedy}");
    }

    private sealed class Rows<T>(FeatureTable<T> features, float[] labels, float[]? weights, long skipped)
        : TrainingSet(labels, weights, skipped)
        where T : unmanaged, INumberBase<T>
    {
        public override TrainingData ToData(TensorShape shape, float[] targets) =>
            new InMemoryTrainingData<T>(shape, features, targets, Weights);
    }
}
