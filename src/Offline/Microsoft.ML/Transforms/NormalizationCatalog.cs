namespace Microsoft.ML;

public static class NormalizationCatalog
{
    private const long MaximumExampleCount = 1000000000;

    public static NormalizingEstimator NormalizeMinMax(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName = null, long maximumExampleCount = MaximumExampleCount, bool fixZero = true) =>
        NormalizeMinMax(catalog, [new(outputColumnName, inputColumnName)], maximumExampleCount, fixZero);

    public static NormalizingEstimator NormalizeMinMax(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = MaximumExampleCount, bool fixZero = true) =>
        Create(catalog, columns, maximumExampleCount, typeof(MinMaxLearner<>), fixZero);

    public static NormalizingEstimator NormalizeMeanVariance(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName = null, long maximumExampleCount = MaximumExampleCount, bool fixZero = true,
        bool useCdf = false) =>
        NormalizeMeanVariance(catalog, [new(outputColumnName, inputColumnName)], maximumExampleCount, fixZero, useCdf);

    public static NormalizingEstimator NormalizeMeanVariance(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = MaximumExampleCount, bool fixZero = true, bool useCdf = false) =>
        Create(catalog, columns, maximumExampleCount, typeof(MeanVarianceLearner<>), fixZero, useCdf, false);

    public static NormalizingEstimator NormalizeLogMeanVariance(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName = null, long maximumExampleCount = MaximumExampleCount, bool useCdf = true) =>
        NormalizeLogMeanVariance(catalog, [new(outputColumnName, inputColumnName)], maximumExampleCount, useCdf);

    public static NormalizingEstimator NormalizeLogMeanVariance(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = MaximumExampleCount, bool useCdf = true) =>
        Create(catalog, columns, maximumExampleCount, typeof(MeanVarianceLearner<>), false, useCdf, true);

    public static NormalizingEstimator NormalizeLogMeanVariance(this TransformsCatalog catalog, string outputColumnName,
        bool fixZero, string inputColumnName = null, long maximumExampleCount = MaximumExampleCount, bool useCdf = true) =>
        NormalizeLogMeanVariance(catalog, [new(outputColumnName, inputColumnName)], fixZero, maximumExampleCount, useCdf);

    public static NormalizingEstimator NormalizeLogMeanVariance(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        bool fixZero, long maximumExampleCount = MaximumExampleCount, bool useCdf = true) =>
        Create(catalog, columns, maximumExampleCount, typeof(MeanVarianceLearner<>), fixZero, useCdf, true);

    public static NormalizingEstimator NormalizeRobustScaling(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName = null, long maximumExampleCount = MaximumExampleCount, bool centerData = true,
        uint quantileMin = 25, uint quantileMax = 75) =>
        NormalizeRobustScaling(catalog, [new(outputColumnName, inputColumnName)], maximumExampleCount, centerData, quantileMin,
            quantileMax);

    public static NormalizingEstimator NormalizeRobustScaling(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = MaximumExampleCount, bool centerData = true, uint quantileMin = 25, uint quantileMax = 75) =>
        Create(catalog, columns, maximumExampleCount, typeof(RobustLearner<>), centerData, quantileMin, quantileMax);

    public static NormalizingEstimator NormalizeBinning(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName = null, long maximumExampleCount = MaximumExampleCount, bool fixZero = true,
        int maximumBinCount = 1024) =>
        NormalizeBinning(catalog, [new(outputColumnName, inputColumnName)], maximumExampleCount, fixZero, maximumBinCount);

    public static NormalizingEstimator NormalizeBinning(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = MaximumExampleCount, bool fixZero = true, int maximumBinCount = 1024) =>
        Create(catalog, columns, maximumExampleCount, typeof(BinLearner<>), fixZero, maximumBinCount);

    private static NormalizingEstimator Create(TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount, Type learner, params object[] options) =>
        new(catalog.GetEnvironment(), columns, maximumExampleCount, learner, options);
}
