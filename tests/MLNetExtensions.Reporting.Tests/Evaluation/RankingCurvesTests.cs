using MLNetExtensions.Reporting.Evaluation;

namespace MLNetExtensions.Reporting.Tests.Evaluation;

public sealed class RankingCurvesTests
{
    [Fact]
    public void Roc_of_a_perfect_and_of_a_reversed_ranking()
    {
        ScoredExample[] perfect = [new(0.9f, true), new(0.8f, true), new(0.3f, false), new(0.1f, false)];
        ScoredExample[] reversed = [.. perfect.Select(example => example with { Score = -example.Score })];
        Assert.Equal([(0, 0), (0, 0.5), (0, 1), (0.5, 1), (1, 1)], RankingCurves.Roc(perfect));
        Assert.Equal(1, RankingCurves.Area(RankingCurves.Roc(perfect)));
        Assert.Equal(0, RankingCurves.Area(RankingCurves.Roc(reversed)));
    }

    [Fact]
    public void Ties_are_one_threshold_whatever_their_order()
    {
        ScoredExample[] tied = [new(0.5f, true), new(0.5f, false), new(0.5f, true), new(0.5f, false)];
        Assert.Equal([(0, 0), (1, 1)], RankingCurves.Roc(tied));
        Assert.Equal(0.5, RankingCurves.Area(RankingCurves.Roc(tied)));
        Assert.Equal([(1, 0.5)], RankingCurves.PrecisionRecall(tied));
    }

    [Fact]
    public void Precision_and_recall_at_each_threshold()
    {
        ScoredExample[] examples = [new(4, true), new(3, false), new(2, true), new(1, false)];
        Assert.Equal([(0.5, 1), (0.5, 0.5), (1, 2.0 / 3), (1, 0.5)], RankingCurves.PrecisionRecall(examples));
    }

    [Fact]
    public void Weights_count_as_repetition()
    {
        ScoredExample[] weighted = [new(0.9f, true, 2), new(0.7f, false), new(0.6f, true), new(0.2f, false, 3)];
        ScoredExample[] repeated =
            [new(0.9f, true), new(0.9f, true), new(0.7f, false), new(0.6f, true), new(0.2f, false), new(0.2f, false), new(0.2f, false)];
        Assert.Equal(RankingCurves.Roc(repeated), RankingCurves.Roc(weighted));
        Assert.Equal(RankingCurves.PrecisionRecall(repeated), RankingCurves.PrecisionRecall(weighted));
    }

    [Fact]
    public void One_class_only_has_no_curve()
    {
        Assert.Empty(RankingCurves.Roc([new(1, true)]));
        Assert.Empty(RankingCurves.Roc([]));
        Assert.Empty(RankingCurves.PrecisionRecall([new(1, false)]));
    }

    [Fact]
    public void Calibration_of_probabilities_that_keep_their_word_and_of_others()
    {
        ScoredExample[] honest = [.. Enumerable.Range(0, 100).Select(i => new ScoredExample(0.25f, i % 4 == 0))];
        ScoredExample[] boasting = [.. Enumerable.Range(0, 100).Select(i => new ScoredExample(0.95f, i % 2 == 0))];
        Assert.Equal([(0.25, 0.25)], Calibration.Curve(honest));
        Assert.Equal(0, Calibration.Error(honest), 6);
        Assert.Equal(0.45, Calibration.Error(boasting), 6);
        Assert.Equal((0.95, 0.5), Rounded(Assert.Single(Calibration.Curve(boasting))));
        Assert.True(double.IsNaN(Calibration.Error([])));

        static (double, double) Rounded((double X, double Y) point) => (Math.Round(point.X, 6), Math.Round(point.Y, 6));
    }
}
