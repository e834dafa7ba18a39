using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Tests.Metrics;

/// <summary>Every metric against ML.NET's evaluator of the same examples.</summary>
public sealed class MetricTests
{
    private const double Near = 1e-6;
    private const int Classes = 5;

    public static TheoryData<string> Cases => ["random", "weights", "ties", "perfect", "wrong", "few", "extreme"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_two_classes(string name)
    {
        Random random = new(name.Length);
        int count = name == "few" ? 3 : 101;
        float[] targets = [.. Enumerable.Range(0, count).Select(i => (float)(i < 2 ? i : random.Next(2)))];
        float[] logits = [.. targets.Select(target => Logit(name, target, random))];
        float[] weights = Weights(name, count, random);
        CalibratedBinaryClassificationMetrics expected = Measured.Binary(logits, targets, weights);

        Check(new BinaryAccuracyMetric(), expected.Accuracy);
        Check(new PrecisionMetric(), expected.PositivePrecision);
        Check(new RecallMetric(), expected.PositiveRecall);
        Check(new F1Metric(), expected.F1Score);
        Check(new F1Metric(MetricAverage.Micro), expected.F1Score);
        Check(new RocAucMetric(), expected.AreaUnderRocCurve);
        // ML.NET takes equal scores (those of rows that come several times too) in the order in which they come, this library at once.
        if (name is not ("ties" or "weights"))
            Check(new PrAucMetric(), expected.AreaUnderPrecisionRecallCurve);
        if (name != "extreme")
            Check(new LogLossMetric(), expected.LogLoss * Math.Log(2));

        void Check(TrainingMetric metric, double value) =>
            Assert.Equal(value, Measured.By(metric, 1, logits, targets, weights)!.Value, Near * Math.Max(1, Math.Abs(value)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_several_classes(string name)
    {
        Random random = new(7 + name.Length);
        int count = name == "few" ? 3 : 101;
        // The last class never comes.
        float[] targets = [.. Enumerable.Range(0, count).Select(i => (float)(i < 2 ? i : random.Next(Classes - 1)))];
        float[] logits = [.. targets.SelectMany(target => Enumerable.Range(0, Classes)
            .Select(i => Logit(name, i == (int)target ? 1 : 0, random) / 2))];
        float[] weights = Weights(name, count, random);
        MulticlassClassificationMetrics expected = Measured.Multiclass(Classes, logits, targets, weights, topK: 2);
        ConfusionMatrix matrix = expected.ConfusionMatrix;
        int[] occur = [.. Enumerable.Range(0, Classes)
            .Where(i => matrix.Counts[i].Sum() + Enumerable.Range(0, Classes).Sum(row => matrix.Counts[row][i]) > 0)];

        Check(new AccuracyMetric(), expected.MicroAccuracy);
        Check(new TopKAccuracyMetric(2), expected.TopKAccuracy);
        Check(new PrecisionMetric(), occur.Average(i => matrix.PerClassPrecision[i]));
        Check(new RecallMetric(), occur.Average(i => matrix.PerClassRecall[i]));
        Check(new F1Metric(), occur.Average(i => F1(matrix.PerClassPrecision[i], matrix.PerClassRecall[i])));
        foreach (TrainingMetric micro in new TrainingMetric[]
            { new PrecisionMetric(MetricAverage.Micro), new RecallMetric(MetricAverage.Micro), new F1Metric(MetricAverage.Micro) })
            Check(micro, expected.MicroAccuracy);
        if (name != "extreme")
            Check(new LogLossMetric(), expected.LogLoss);
        CalibratedBinaryClassificationMetrics[] each = [.. targets.Distinct().Where(label => targets.Any(other => other != label))
            .Select(label => Measured.Binary(
                [.. Enumerable.Range(0, count).Select(row => Measured.SoftMax(logits.AsSpan(row * Classes, Classes))[(int)label])],
                [.. targets.Select(target => target == label ? 1f : 0)], weights))];
        Check(new RocAucMetric(), each.Average(metrics => metrics.AreaUnderRocCurve));
        if (name is not ("ties" or "weights" or "extreme"))
            Check(new PrAucMetric(), each.Average(metrics => metrics.AreaUnderPrecisionRecallCurve));

        void Check(TrainingMetric metric, double value) =>
            Assert.Equal(value, Measured.By(metric, Classes, logits, targets, weights)!.Value, Near * Math.Max(1, Math.Abs(value)));
    }

    [Theory]
    [InlineData("random", 0, 1)]
    [InlineData("weights", 0, 1)]
    [InlineData("perfect", 0, 1)]
    [InlineData("few", 0, 1)]
    [InlineData("far", 1e4, 1)]
    [InlineData("large", 0, 1e6)]
    public void Of_numbers(string name, double offset, double scale)
    {
        Random random = new(3);
        int count = name == "few" ? 2 : 101;
        float[] targets = [.. Enumerable.Range(0, count).Select(_ => (float)(offset + scale * random.NextDouble()))];
        float[] scores = [.. targets.Select(target => name == "perfect" ? target : (float)(target + scale * (random.NextDouble() - 0.5) / 2))];
        float[] weights = Weights(name, count, random);
        RegressionMetrics expected = Measured.Regression(scores, targets, weights);

        Check(new MeanAbsoluteErrorMetric(), expected.MeanAbsoluteError);
        Check(new RootMeanSquaredErrorMetric(), expected.RootMeanSquaredError);
        // ML.NET squares labels in Single, which has no digits left for their variance far from 0: there it says 0.93.
        double mean = targets.Average(target => (double)target);
        Check(new RSquaredMetric(), name == "far"
            ? 1 - scores.Zip(targets, (score, target) => Math.Pow((double)score - target, 2)).Sum() / targets.Sum(target => Math.Pow(target - mean, 2))
            : expected.RSquared);

        void Check(TrainingMetric metric, double value) =>
            Assert.Equal(value, Measured.By(metric, 1, scores, targets, weights)!.Value, Near * Math.Max(1, Math.Abs(value)));
    }

    [Fact]
    public void What_can_not_be_told_has_no_value()
    {
        float[] logits = [1, -1], weights = [1, 1];
        Assert.Null(Measured.By(new RocAucMetric(), 1, logits, [1, 1], weights));
        Assert.Null(Measured.By(new PrAucMetric(), 1, logits, [0, 0], weights));
        Assert.Null(Measured.By(new RSquaredMetric(), 1, logits, [3, 3], weights));
        foreach (TrainingMetric metric in new TrainingMetric[]
            { new BinaryAccuracyMetric(), new F1Metric(), new RocAucMetric(), new LogLossMetric(), new RootMeanSquaredErrorMetric(), new RSquaredMetric() })
            Assert.Null(Measured.By(metric, 1, logits, [1, 0], [0, 0]));
        Assert.Equal(0, Measured.By(new PrecisionMetric(), 1, [-1, -2], [1, 0], weights));
    }

    [Fact]
    public void Equal_scores_count_the_same_in_any_order()
    {
        float[] targets = [1, 0, 1, 0, 0], weights = [1, 1, 1, 1, 1], scores = [2, 2, 2, 1, 1];
        double? first = Measured.By(new PrAucMetric(), 1, scores, targets, weights);
        Assert.Equal(first, Measured.By(new PrAucMetric(), 1, scores, [0, 1, 1, 0, 0], weights));
        // One step from precision 1 to 2 of 3.
        Assert.Equal((1 + 2 / 3.0) / 2, first!.Value, 1e-12);
    }

    [Fact]
    public void Weights_count_in_the_precision_recall_curve() => Assert.Equal(
        // Half of the positive weight at precision 1, then from 2/3 to 4/5.
        0.5 + 0.5 * (2 / 3.0 + 0.8) / 2, Measured.By(new PrAucMetric(), 1, [3, 2, 1], [1, 0, 1], [2, 1, 2])!.Value, 1e-12);

    [Fact]
    public void Several_labels_an_example_are_averaged()
    {
        // Two outputs of 0 or 1 each; the second one is always predicted.
        float[] logits = [1, 1, -1, 1, 1, 1], targets = [1, 0, 0, 1, 0, 1], weights = [1, 1, 1];
        Assert.Equal((0.5 + 2 / 3.0) / 2, Measured.By(new PrecisionMetric(), 2, logits, targets, weights)!.Value, 1e-12);
        Assert.Equal(3 / 5.0, Measured.By(new PrecisionMetric(MetricAverage.Micro), 2, logits, targets, weights)!.Value, 1e-12);
        Assert.Equal((0.75 + 0.5) / 2, Measured.By(new RocAucMetric(), 2, logits, targets, weights)!.Value, 1e-12);
    }

    [Fact]
    public void Units_are_those_of_the_targets()
    {
        Assert.Equal(30, new RootMeanSquaredErrorMetric().InUnit(3, 10));
        Assert.Equal(30, new MeanAbsoluteErrorMetric().InUnit(3, 10));
        Assert.Equal(0.5, new RSquaredMetric().InUnit(0.5, 10));
    }

    private static float Logit(string name, float target, Random random) => name switch
    {
        "perfect" => (target * 2 - 1) * (1 + random.NextSingle()),
        "wrong" => (1 - target * 2) * (1 + random.NextSingle()),
        "ties" => random.Next(3) - 1 + target,
        "extreme" => (random.NextSingle() - 0.5f + target) * 200,
        _ => 4 * (random.NextSingle() - 0.5f) + target,
    };

    private static float[] Weights(string name, int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(_ => name == "weights" ? 1 + random.Next(4) : 1f)];

    private static double F1(double precision, double recall) => precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
}
