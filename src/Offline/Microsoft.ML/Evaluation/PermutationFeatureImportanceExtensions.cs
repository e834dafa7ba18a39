namespace Microsoft.ML;

/// <summary>How much the metrics of a model change on data in which one feature slot is shuffled (Breiman 2001). Only linear
/// models of ML.NET itself have the weights that the filter is about.</summary>
public static class PermutationFeatureImportanceExtensions
{
    public static ImmutableArray<RegressionMetricsStatistics> PermutationFeatureImportance<TModel>(
        this RegressionCatalog catalog, ISingleFeaturePredictionTransformer<TModel> predictionTransformer, IDataView data,
        string labelColumnName = "Label", bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null,
        int permutationCount = 1) where TModel : class =>
        Of(catalog, labelColumnName).BySlot(
            predictionTransformer, predictionTransformer.FeatureColumnName, data, numberOfExamplesToUse, permutationCount);

    public static ImmutableDictionary<string, RegressionMetricsStatistics> PermutationFeatureImportance(
        this RegressionCatalog catalog, ITransformer model, IDataView data,
        string labelColumnName = "Label", bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null,
        int permutationCount = 1) =>
        Of(catalog, labelColumnName).ByName(model, data, numberOfExamplesToUse, permutationCount);

    public static ImmutableArray<BinaryClassificationMetricsStatistics> PermutationFeatureImportance<TModel>(
        this BinaryClassificationCatalog catalog, ISingleFeaturePredictionTransformer<TModel> predictionTransformer,
        IDataView data, string labelColumnName = "Label", bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null,
        int permutationCount = 1) where TModel : class =>
        Of(catalog, labelColumnName).BySlot(
            predictionTransformer, predictionTransformer.FeatureColumnName, data, numberOfExamplesToUse, permutationCount);

    public static ImmutableDictionary<string, BinaryClassificationMetricsStatistics> PermutationFeatureImportanceNonCalibrated(
        this BinaryClassificationCatalog catalog, ITransformer model, IDataView data,
        string labelColumnName = "Label", bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null,
        int permutationCount = 1) =>
        Of(catalog, labelColumnName).ByName(model, data, numberOfExamplesToUse, permutationCount);

    public static ImmutableArray<MulticlassClassificationMetricsStatistics> PermutationFeatureImportance<TModel>(
        this MulticlassClassificationCatalog catalog, ISingleFeaturePredictionTransformer<TModel> predictionTransformer,
        IDataView data, string labelColumnName = "Label", bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null,
        int permutationCount = 1) where TModel : class =>
        Of(catalog, labelColumnName).BySlot(
            predictionTransformer, predictionTransformer.FeatureColumnName, data, numberOfExamplesToUse, permutationCount);

    public static ImmutableDictionary<string, MulticlassClassificationMetricsStatistics> PermutationFeatureImportance(
        this MulticlassClassificationCatalog catalog, ITransformer model, IDataView data,
        string labelColumnName = "Label", bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null,
        int permutationCount = 1) =>
        Of(catalog, labelColumnName).ByName(model, data, numberOfExamplesToUse, permutationCount);

    private static PermutationImportance<RegressionMetrics, RegressionMetricsStatistics> Of(
        RegressionCatalog catalog, string label) => new(catalog, view => catalog.Evaluate(view, label), () => new());

    private static PermutationImportance<BinaryClassificationMetrics, BinaryClassificationMetricsStatistics> Of(
        BinaryClassificationCatalog catalog, string label) =>
        new(catalog, view => catalog.EvaluateNonCalibrated(view, label), () => new());

    private static PermutationImportance<MulticlassClassificationMetrics, MulticlassClassificationMetricsStatistics> Of(
        MulticlassClassificationCatalog catalog, string label) =>
        new(catalog, view => catalog.Evaluate(view, label), () => new());
}
