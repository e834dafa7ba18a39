namespace Microsoft.ML.Data;

/// <summary>Metrics of a regression. The loss function is the squared loss.</summary>
public sealed class RegressionMetrics
{
    internal RegressionMetrics() { }
    public double MeanAbsoluteError { get; internal init; }
    public double MeanSquaredError { get; internal init; }
    public double RootMeanSquaredError => Math.Sqrt(MeanSquaredError);
    public double LossFunction { get; internal init; }
    public double RSquared { get; internal init; }
}
