namespace Microsoft.ML.AutoML;

/// <summary>Evaluates a scored data set by one metric.</summary>
internal sealed class MetricManager(string name, bool isMaximize, Func<MLContext, IDataView, double> evaluate)
    : IEvaluateMetricManager
{
    public bool IsMaximize => isMaximize;
    public string MetricName => name;
    public double Evaluate(MLContext context, IDataView eval) => evaluate(context, eval);

    internal static MetricManager Of(BinaryClassificationMetric metric, string label, string predicted) =>
        new(metric.ToString(), true, (context, data) =>
        {
            var metrics = context.BinaryClassification.EvaluateNonCalibrated(data, label, predictedLabelColumnName: predicted);
            return metric switch
            {
                BinaryClassificationMetric.Accuracy => metrics.Accuracy,
                BinaryClassificationMetric.AreaUnderRocCurve => metrics.AreaUnderRocCurve,
                BinaryClassificationMetric.AreaUnderPrecisionRecallCurve => metrics.AreaUnderPrecisionRecallCurve,
                BinaryClassificationMetric.F1Score => metrics.F1Score,
                BinaryClassificationMetric.PositivePrecision => metrics.PositivePrecision,
                BinaryClassificationMetric.PositiveRecall => metrics.PositiveRecall,
                BinaryClassificationMetric.NegativePrecision => metrics.NegativePrecision,
                BinaryClassificationMetric.NegativeRecall => metrics.NegativeRecall,
                _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Unknown metric"),
            };
        });

    /// <summary>As in the original, the reduction of the log-loss is minimised too.</summary>
    internal static MetricManager Of(MulticlassClassificationMetric metric, string label, string predicted)
    {
        var isMinimized = metric is MulticlassClassificationMetric.LogLoss or MulticlassClassificationMetric.LogLossReduction;
        return new(metric.ToString(), !isMinimized, (context, data) =>
        {
            var metrics = context.MulticlassClassification.Evaluate(data, label, predictedLabelColumnName: predicted);
            return metric switch
            {
                MulticlassClassificationMetric.MicroAccuracy => metrics.MicroAccuracy,
                MulticlassClassificationMetric.MacroAccuracy => metrics.MacroAccuracy,
                MulticlassClassificationMetric.LogLoss => metrics.LogLoss,
                MulticlassClassificationMetric.LogLossReduction => metrics.LogLossReduction,
                MulticlassClassificationMetric.TopKAccuracy => metrics.TopKAccuracy,
                _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Unknown metric"),
            };
        });
    }

    internal static MetricManager Of(RegressionMetric metric, string label, string score) =>
        new(metric.ToString(), metric == RegressionMetric.RSquared, (context, data) =>
        {
            var metrics = context.Regression.Evaluate(data, label, score);
            return metric switch
            {
                RegressionMetric.MeanAbsoluteError => metrics.MeanAbsoluteError,
                RegressionMetric.MeanSquaredError => metrics.MeanSquaredError,
                RegressionMetric.RootMeanSquaredError => metrics.RootMeanSquaredError,
                RegressionMetric.RSquared => metrics.RSquared,
                _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Unknown metric"),
            };
        });
}
