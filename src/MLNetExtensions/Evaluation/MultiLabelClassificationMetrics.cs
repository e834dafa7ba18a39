using System.Collections.Immutable;
using Microsoft.ML;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Evaluation;

/// <summary>How well several labels were told, of which a row has any number. A label is predicted where its logit is above 0.</summary>
public sealed class MultiLabelClassificationMetrics
{
    private MultiLabelClassificationMetrics(ScoredVectors rows)
    {
        LabelNames = [.. rows.SlotNames()];
        int labels = LabelNames.Length;
        MetricSet whole = new(
            [new SubsetAccuracyMetric(), new BinaryAccuracyMetric(), new F1Metric(MetricAverage.Micro), new F1Metric()],
            new(labels), targetUnit: 1);
        SlotMetrics precision = new(new PrecisionMetric(), labels), recall = new(new RecallMetric(), labels);
        SlotMetrics f1 = new(new F1Metric(), labels), area = new(new RocAucMetric(), labels);
        rows.Read((label, score) =>
        {
            whole.Add(new OutputBatch<float>(new(labels), score, label));
            foreach (SlotMetrics metric in (SlotMetrics[])[precision, recall, f1, area])
                metric.Add(label, score);
        });
        double[] values = [.. whole.Values.Select(value => value.Value)];
        (SubsetAccuracy, HammingLoss, MicroF1Score, MacroF1Score) = (values[0], 1 - values[1], values[2], values[3]);
        (Precisions, Recalls, F1Scores, AreasUnderRocCurve) = (precision.Values, recall.Values, f1.Values, area.Values);
        (Rows, Skipped) = (rows.Rows, rows.Skipped);
    }

    /// <summary>The names of the labels, their numbers where the label column has no slot names.</summary>
    public ImmutableArray<string> LabelNames { get; }

    /// <summary>The share of rows of which every label is right.</summary>
    public double SubsetAccuracy { get; }

    /// <summary>The share of labels that are wrong, over all rows and labels.</summary>
    public double HammingLoss { get; }

    /// <summary>F1 of the sums of right and wrong labels over all of them: frequent ones count more.</summary>
    public double MicroF1Score { get; }

    /// <summary>The mean of <see cref="F1Scores"/> over the labels that occur or were predicted.</summary>
    public double MacroF1Score { get; }

    /// <summary>The mean of <see cref="AreasUnderRocCurve"/> that are numbers.</summary>
    public double MacroAreaUnderRocCurve => SlotMetrics.Mean(AreasUnderRocCurve);

    /// <summary>The share of the rows predicted to have a label that have it; 0 where none was.</summary>
    public ImmutableArray<double> Precisions { get; }

    /// <summary>The share of the rows that have a label which were predicted to; 0 where there are none.</summary>
    public ImmutableArray<double> Recalls { get; }

    /// <summary>The harmonic mean of precision and recall of each label.</summary>
    public ImmutableArray<double> F1Scores { get; }

    /// <summary>The chance that a row with the label has a higher score than one without, for each label; NaN where all rows are of
    /// one kind.</summary>
    public ImmutableArray<double> AreasUnderRocCurve { get; }

    /// <summary>The rows that were measured.</summary>
    public long Rows { get; }

    /// <summary>The rows that were left out: a number of the label or of the score is missing.</summary>
    public long Skipped { get; }

    internal static MultiLabelClassificationMetrics Measure(IDataView data, string labelColumnName, string scoreColumnName) =>
        new(new(data, labelColumnName, scoreColumnName, areFlags: true));
}
