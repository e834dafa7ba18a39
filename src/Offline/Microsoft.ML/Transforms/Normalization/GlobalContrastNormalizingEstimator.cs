using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class GlobalContrastNormalizingEstimator : LpNormNormalizingEstimatorBase
{
    internal GlobalContrastNormalizingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName,
        bool ensureZeroMean, bool ensureUnitStandardDeviation, float scale)
        : base(env, outputColumnName, inputColumnName,
            ensureUnitStandardDeviation ? NormFunction.StandardDeviation : NormFunction.L2, ensureZeroMean, scale) { }
}
