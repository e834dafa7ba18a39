namespace Microsoft.ML.AutoML.CodeGen;

/// <summary>What an estimator is. Of the trainers only those with the highest start costs are here.</summary>
public enum EstimatorType
{
    LbfgsPoissonRegressionRegression = 13, SdcaLogisticRegressionBinary = 14, SdcaLogisticRegressionOva = 15, Unknown = 43,
}
