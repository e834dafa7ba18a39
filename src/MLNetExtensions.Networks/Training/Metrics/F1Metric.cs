namespace MLNetExtensions.Networks.Training;

/// <summary>The harmonic mean of <see cref="PrecisionMetric"/> and <see cref="RecallMetric"/> of a class.</summary>
/// <inheritdoc cref="ClassificationMetric"/>
public sealed record F1Metric(MetricAverage Average = MetricAverage.Macro) : ClassificationMetric(Average)
{
    private protected override string Quantity => "F1";

    private protected override double Of(double truePositives, double falsePositives, double falseNegatives) =>
        Share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
}
