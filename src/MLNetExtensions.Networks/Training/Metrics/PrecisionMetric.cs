namespace MLNetExtensions.Networks.Training;

/// <summary>The share of the examples predicted to be of a class that are of it.</summary>
/// <inheritdoc cref="ClassificationMetric"/>
public sealed record PrecisionMetric(MetricAverage Average = MetricAverage.Macro) : ClassificationMetric(Average)
{
    private protected override string Quantity => "precision";

    private protected override double Of(double truePositives, double falsePositives, double falseNegatives) =>
        Share(truePositives, truePositives + falsePositives);
}
