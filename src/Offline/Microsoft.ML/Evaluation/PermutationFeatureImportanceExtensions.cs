using System.Collections.Immutable;
using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>How much worse a model gets on data in which one feature slot is shuffled (Breiman 2001).</summary>
public static class PermutationFeatureImportanceExtensions
{
    public static ImmutableArray<RegressionMetricsStatistics> PermutationFeatureImportance<TModel>(this RegressionCatalog catalog,
        ISingleFeaturePredictionTransformer<TModel> predictionTransformer, IDataView data, string labelColumnName = "Label",
        bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null, int permutationCount = 1) where TModel : class =>
        BySlot<RegressionMetrics, RegressionMetricsStatistics>(catalog, predictionTransformer, predictionTransformer.FeatureColumnName, data,
            view => catalog.Evaluate(view, labelColumnName), () => new(), numberOfExamplesToUse, permutationCount);

    public static ImmutableDictionary<string, RegressionMetricsStatistics> PermutationFeatureImportance(this RegressionCatalog catalog,
        ITransformer model, IDataView data, string labelColumnName = "Label",
        bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null, int permutationCount = 1) =>
        ByName<RegressionMetrics, RegressionMetricsStatistics>(catalog, model, data,
            view => catalog.Evaluate(view, labelColumnName), () => new(), numberOfExamplesToUse, permutationCount);

    public static ImmutableArray<BinaryClassificationMetricsStatistics> PermutationFeatureImportance<TModel>(this BinaryClassificationCatalog catalog,
        ISingleFeaturePredictionTransformer<TModel> predictionTransformer, IDataView data, string labelColumnName = "Label",
        bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null, int permutationCount = 1) where TModel : class =>
        BySlot<BinaryClassificationMetrics, BinaryClassificationMetricsStatistics>(catalog, predictionTransformer, predictionTransformer.FeatureColumnName, data,
            view => catalog.EvaluateNonCalibrated(view, labelColumnName), () => new(), numberOfExamplesToUse, permutationCount);

    public static ImmutableDictionary<string, BinaryClassificationMetricsStatistics> PermutationFeatureImportanceNonCalibrated(
        this BinaryClassificationCatalog catalog, ITransformer model, IDataView data, string labelColumnName = "Label",
        bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null, int permutationCount = 1) =>
        ByName<BinaryClassificationMetrics, BinaryClassificationMetricsStatistics>(catalog, model, data,
            view => catalog.EvaluateNonCalibrated(view, labelColumnName), () => new(), numberOfExamplesToUse, permutationCount);

    public static ImmutableArray<MulticlassClassificationMetricsStatistics> PermutationFeatureImportance<TModel>(this MulticlassClassificationCatalog catalog,
        ISingleFeaturePredictionTransformer<TModel> predictionTransformer, IDataView data, string labelColumnName = "Label",
        bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null, int permutationCount = 1) where TModel : class =>
        BySlot<MulticlassClassificationMetrics, MulticlassClassificationMetricsStatistics>(catalog, predictionTransformer, predictionTransformer.FeatureColumnName, data,
            view => catalog.Evaluate(view, labelColumnName), () => new(), numberOfExamplesToUse, permutationCount);

    public static ImmutableDictionary<string, MulticlassClassificationMetricsStatistics> PermutationFeatureImportance(this MulticlassClassificationCatalog catalog,
        ITransformer model, IDataView data, string labelColumnName = "Label",
        bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null, int permutationCount = 1) =>
        ByName<MulticlassClassificationMetrics, MulticlassClassificationMetricsStatistics>(catalog, model, data,
            view => catalog.Evaluate(view, labelColumnName), () => new(), numberOfExamplesToUse, permutationCount);

    /// <summary>Of the last predictor in the model, which the data must already be prepared for; a slot without a name is "Slot i".</summary>
    private static ImmutableDictionary<string, TStatistics> ByName<TMetrics, TStatistics>(TrainCatalogBase catalog, ITransformer model, IDataView data,
        Func<IDataView, TMetrics> evaluate, Func<TStatistics> create, int? examples, int permutations) where TStatistics : IMetricsStatistics<TMetrics>
    {
        Contracts.CheckValue(catalog, nameof(catalog));
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckValue(model, nameof(model));
        var predictor = (model is IEnumerable<ITransformer> chain ? chain : [model]).OfType<ISingleFeaturePredictionTransformer>().LastOrDefault()
            ?? throw new ArgumentNullException(nameof(model), "The model provided does not have a compatible predictor");
        ImmutableArray<TStatistics> slots;
        try
        {
            slots = BySlot(catalog, predictor, predictor.FeatureColumnName, data, evaluate, create, examples, permutations);
        }
        catch (Exception e)
        {
            // The original gets here by reflection.
            throw new TargetInvocationException(e);
        }
        VBuffer<ReadOnlyMemory<char>> buffer = default;
        data.Schema[predictor.FeatureColumnName].Annotations.GetValue("SlotNames", ref buffer);
        var names = buffer.DenseValues().ToArray();
        return slots.Select((statistics, i) => (Name: names[i].IsEmpty ? $"Slot {i}" : names[i].ToString(), statistics))
            .ToImmutableDictionary(slot => slot.Name, slot => slot.statistics);
    }

    /// <summary>
    /// One entry for each slot of the feature column. Only linear models of ML.NET itself have weights to filter features by.
    /// </summary>
    private static ImmutableArray<TStatistics> BySlot<TMetrics, TStatistics>(TrainCatalogBase catalog, ITransformer predictor, string features, IDataView data,
        Func<IDataView, TMetrics> evaluate, Func<TStatistics> create, int? examples, int permutations) where TStatistics : IMetricsStatistics<TMetrics>
    {
        Contracts.CheckValue(predictor, nameof(predictor));
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(features, nameof(features));
        Contracts.Check(examples is not <= 0, "Provide how many examples to use (positive number) or set to null to use whole dataset.");
        var baseline = evaluate(predictor.Transform(data));
        var column = data.Schema[features];
        var slots = (column.Type as VectorDataViewType)?.Size ?? 0;
        var random = catalog.GetEnvironment().Register(nameof(PermutationFeatureImportance)).Rand;
        var result = ImmutableArray.CreateBuilder<TStatistics>(slots);
        for (var slot = 0; slot < slots; slot++)
        {
            var values = SlotValues(data, column, slot, examples ?? int.MaxValue);
            if (values.Length == 0)
                break;
            var statistics = create();
            for (var i = 0; i < permutations; i++)
            {
                random.Shuffle(values);
                statistics.Add(evaluate(predictor.Transform(new PermutedView(data, column, slot, values))), baseline);
            }
            result.Add(statistics);
        }
        return result.ToImmutable();
    }

    private static float[] SlotValues(IDataView data, DataViewSchema.Column column, int slot, int rows)
    {
        using var cursor = data.GetRowCursor([column]);
        var get = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> features = default;
        var values = new List<float>();
        while (values.Count < rows && cursor.MoveNext())
        {
            get(ref features);
            values.Add(features.GetItemOrDefault(slot));
        }
        return [.. values];
    }
}
