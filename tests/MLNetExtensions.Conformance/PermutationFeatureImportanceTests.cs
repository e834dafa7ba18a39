using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetExtensions.Conformance;

/// <summary>Permutation feature importance of a model that is a fixed weighted sum, so that what it must find is known.</summary>
public sealed class PermutationFeatureImportanceTests
{
    private const int RowCount = 200;
    private static readonly float[] Weights = [4, 0, -1];

    private readonly MLContext _context = new(seed: 3);

    private sealed class Example
    {
        [VectorType(3)] public float[] Features { get; set; }

        public float Target { get; set; }

        public bool Truth { get; set; }
    }

    private sealed class Scored
    {
        public float Score { get; set; }

        public bool PredictedLabel { get; set; }
    }

    private sealed class FeaturesOnly
    {
        [VectorType(3)] public float[] Features { get; set; }
    }

    /// <summary>Scores with a custom mapping; the model itself is the weights.</summary>
    private sealed class WeightedSum(MLContext context) : ISingleFeaturePredictionTransformer<float[]>
    {
        public string FeatureColumnName => "Features";

        public DataViewType FeatureColumnType => new VectorDataViewType(NumberDataViewType.Single, Weights.Length);

        public float[] Model => Weights;

        public bool IsRowToRowMapper => true;

        public IDataView Transform(IDataView input) => Mapping(input).Transform(input);

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => throw new NotSupportedException();

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();

        private ITransformer Mapping(IDataView input) => context.Transforms.CustomMapping<FeaturesOnly, Scored>((row, scored) =>
        {
            scored.Score = row.Features.Zip(Weights, (x, w) => x * w).Sum();
            scored.PredictedLabel = scored.Score > 0;
        }, null).Fit(input);
    }

    /// <summary>The target is what the model computes, plus an error in all rows but the first.</summary>
    private IDataView Data(int rows = RowCount, float error = 0)
    {
        var random = new Random(5);
        return _context.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(row =>
        {
            float[] features = [random.NextSingle() - 0.5f, random.NextSingle() - 0.5f, random.NextSingle() - 0.5f];
            var score = features.Zip(Weights, (x, w) => x * w).Sum();
            return new Example { Features = features, Target = row == 0 ? score : score + error, Truth = score > 0 };
        }).ToArray());
    }

    [Fact]
    public void Of_a_regression_the_slots_of_larger_weight_matter_more_and_an_unused_one_not_at_all()
    {
        var slots = _context.Regression.PermutationFeatureImportance(
            new WeightedSum(_context), Data(), labelColumnName: "Target", permutationCount: 5);

        Assert.Equal(3, slots.Length);
        Assert.All(slots, slot => Assert.Equal(5, slot.MeanSquaredError.Count));
        // Shuffling adds twice the variance of the term: 2 w² / 12.
        Assert.InRange(slots[0].MeanSquaredError.Mean, 1.6, 3.8);
        Assert.InRange(slots[2].MeanSquaredError.Mean, 0.1, 0.24);
        Assert.True(slots[0].RSquared.Mean < slots[2].RSquared.Mean);
        Assert.True(slots[0].MeanSquaredError.StandardDeviation > 0);
        Assert.Equal(slots[0].MeanSquaredError.StandardDeviation / Math.Sqrt(5), slots[0].MeanSquaredError.StandardError, 1e-12);
        Assert.Equal(0, slots[1].MeanSquaredError.Mean, 1e-12);
        Assert.Equal(0, slots[1].RSquared.StandardDeviation, 1e-12);
    }

    [Fact]
    public void Of_a_classifier_the_accuracy_falls()
    {
        var slots = _context.BinaryClassification.PermutationFeatureImportance(
            new WeightedSum(_context), Data(), labelColumnName: "Truth", permutationCount: 3);

        Assert.InRange(slots[0].Accuracy.Mean, -0.65, -0.3);
        Assert.InRange(slots[0].AreaUnderRocCurve.Mean, -0.65, -0.3);
        Assert.Equal(0, slots[1].F1Score.Mean, 1e-12);
        Assert.True(slots[2].AreaUnderRocCurve.Mean is < 0 and > -0.2);
    }

    [Fact]
    public void The_permuted_data_is_cut_to_the_number_of_examples()
    {
        var data = Data(40, error: 1);
        var model = new WeightedSum(_context);

        // One row cannot be shuffled, and the first has no error: what is left is the error of the others, in the baseline.
        var slots = _context.Regression.PermutationFeatureImportance(model, data, "Target", numberOfExamplesToUse: 1);
        Assert.All(slots, slot => Assert.Equal(-39 / 40.0, slot.MeanAbsoluteError.Mean, 1e-6));
        Assert.Throws<InvalidOperationException>(
            () => _context.Regression.PermutationFeatureImportance(model, data, "Target", numberOfExamplesToUse: 0));
    }

    [Fact]
    public void There_is_nothing_to_find_without_rows_or_without_the_label()
    {
        var model = new WeightedSum(_context);

        Assert.Empty(_context.Regression.PermutationFeatureImportance(model, Data(0), "Target"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Regression.PermutationFeatureImportance(model, Data()));
    }
}
