using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetExtensions.Conformance;

/// <summary>What records cannot show of cross-validation, because the folds are random.</summary>
public sealed class CrossValidationTests
{
    private readonly MLContext _context = new(seed: 7);

    private sealed class Row
    {
        public float Id { get; set; }

        public float Label { get; set; }

        public float Guess { get; set; }
    }

    private static List<Row> Rows { get; } =
        [.. Enumerable.Range(0, 60).Select(i => new Row { Id = i, Label = i % 7, Guess = i % 5 })];

    [Fact]
    public void Every_row_is_held_out_once_and_each_fold_is_evaluated_on_its_own_rows()
    {
        var data = _context.Data.LoadFromEnumerable(Rows);
        var folds = _context.Regression.CrossValidate(data, _context.Transforms.CopyColumns("Score", "Guess"), numberOfFolds: 4);

        Assert.Equal([0, 1, 2, 3], folds.Select(fold => fold.Fold));
        Assert.Equal(Rows.Select(row => row.Id), folds.SelectMany(Ids).Order());
        foreach (var fold in folds)
        {
            var errors = Ids(fold).Select(id => Rows[(int)id]).Select(row => Math.Abs(row.Label - row.Guess)).ToArray();
            Assert.Equal(errors.Average(), fold.Metrics.MeanAbsoluteError, 1e-6);
            Assert.Equal(errors.Average(error => error * error), fold.Metrics.MeanSquaredError, 1e-6);
        }
    }

    [Fact]
    public void Each_model_is_fitted_without_its_held_out_rows()
    {
        var data = _context.Data.LoadFromEnumerable(Rows);
        var keys = _context.Transforms.Conversion.MapValueToKey("Key", "Id").Append(_context.Transforms.CopyColumns("Score", "Guess"));

        foreach (var fold in _context.Regression.CrossValidate(data, keys, numberOfFolds: 3))
        {
            Assert.All(fold.ScoredHoldOutSet.GetColumn<uint>("Key"), key => Assert.Equal(0u, key));
            Assert.Equal(Rows.Count - Ids(fold).Length, fold.Model.Transform(data).GetColumn<uint>("Key").Count(key => key > 0));
        }
    }

    [Fact]
    public void The_seed_decides_the_folds()
    {
        var data = _context.Data.LoadFromEnumerable(Rows);
        float[] FirstFold(int? seed) => Ids(_context.Regression.CrossValidate(
            data, _context.Transforms.CopyColumns("Score", "Guess"), numberOfFolds: 3, seed: seed)[0]);

        Assert.Equal(FirstFold(1), FirstFold(1));
        Assert.NotEqual(FirstFold(1), FirstFold(2));
    }

    [Fact]
    public void Arguments_are_checked_before_anything_is_trained()
    {
        var data = _context.Data.LoadFromEnumerable(Rows);
        var estimator = _context.Transforms.CopyColumns("Score", "Guess");

        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Regression.CrossValidate(data, estimator, numberOfFolds: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Regression.CrossValidate(data, estimator, labelColumnName: ""));
        Assert.Throws<ArgumentNullException>(() => _context.Regression.CrossValidate(null, estimator));
        Assert.Throws<ArgumentNullException>(() => _context.Regression.CrossValidate(data, null));
    }

    private static float[] Ids(TrainCatalogBase.CrossValidationResult<RegressionMetrics> fold) =>
        [.. fold.ScoredHoldOutSet.GetColumn<float>("Id")];
}
