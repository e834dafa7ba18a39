namespace Microsoft.ML.AutoML.CodeGen;

/// <summary>What an estimator is, for the estimate of its cost.</summary>
public enum EstimatorType
{
    LightGbmBinary = 0,
    LightGbmMulti = 1,
    LightGbmRegression = 2,
    FastForestBinary = 3,
    FastForestOva = 4,
    FastForestRegression = 5,
    FastTreeBinary = 6,
    FastTreeOva = 7,
    FastTreeRegression = 8,
    FastTreeTweedieRegression = 9,
    LbfgsLogisticRegressionBinary = 10,
    LbfgsLogisticRegressionOva = 11,
    LbfgsMaximumEntropyMulti = 12,
    LbfgsPoissonRegressionRegression = 13,
    SdcaLogisticRegressionBinary = 14,
    SdcaLogisticRegressionOva = 15,
    SdcaMaximumEntropyMulti = 16,
    SdcaRegression = 17,
    Unknown = 43,
}
