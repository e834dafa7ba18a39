namespace MLNetExtensions.Networks.Training;

/// <summary>The share of the examples of a class that are predicted to be of it.</summary>
/// <inheritdoc cref="ClassificationMetric"/>
public sealed record RecallMetric(MetricAverage Average = MetricAverage.Macro) : ClassificationMetric(Average)
{
    private protected override string Quantity => "recall";

    private protected override double Of(double truePositives, double falsePositives, double falseNegatives) =>
        Share(truePositives, truePositives + falseNegatives);
}
