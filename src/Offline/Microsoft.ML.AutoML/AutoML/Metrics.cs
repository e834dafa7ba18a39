namespace Microsoft.ML.AutoML;

public enum BinaryClassificationMetric
{
    Accuracy, AreaUnderRocCurve, AreaUnderPrecisionRecallCurve, F1Score,
    PositivePrecision, PositiveRecall, NegativePrecision, NegativeRecall,
}

public enum MulticlassClassificationMetric { MicroAccuracy, MacroAccuracy, LogLoss, LogLossReduction, TopKAccuracy }

public enum RegressionMetric { MeanAbsoluteError, MeanSquaredError, RootMeanSquaredError, RSquared }
