using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class TrainingHistoryTests
{
    private static readonly TrainingHistory History = new("accuracy",
        [
            new(1, 0.5, 0.6, 0.01, 1.5, 1000) { Metrics = new([new("accuracy", 0.5), new("F1", 0.25)]), ValidationMetrics = new("accuracy", 0.75) },
            new(2, 0.25, null, 0.005, 1.25, 2000.5),
        ]);

    [Fact]
    public void Json_comes_back_equal()
    {
        TrainingHistory read = TrainingHistory.FromJson(History.ToJson());
        Assert.Equal("accuracy", read.MetricName);
        Assert.Equal(History, read);
        Assert.Contains("\"validationLoss\": 0.6", History.ToJson());
        Assert.Equal(0.75, read[0].ValidationMetric);
        Assert.Equal(0.25, read[0].Metrics["F1"]);
        Assert.Null(read[0].Metrics["other"]);
        Assert.NotEqual(read[0], read[0] with { Metrics = new("accuracy", 0.5) });
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"metric\": \"x\"}")]
    [InlineData("nonsense")]
    public void Other_text_is_refused(string json) => Assert.Throws<FormatException>(() => TrainingHistory.FromJson(json));

    [Fact]
    public void Csv_has_a_line_an_epoch() => Assert.Equal(
        """
        epoch,loss,accuracy,F1,validation loss,validation accuracy,learning rate,seconds,examples per second
        1,0.5,0.5,0.25,0.6,0.75,0.01,1.5,1000
        2,0.25,,,,,0.005,1.25,2000.5

        """.ReplaceLineEndings("\n"), History.ToCsv());

    [Fact]
    public void Accuracy_counts_the_largest_output()
    {
        var metric = new AccuracyMetric();
        Assert.Equal((3, 6), metric.Accumulate(new(new(3), [1, 2, 0, 5, 4, 3, 0, 0, 1], [1, 1, 2], [1, 3, 2])));
        Assert.Equal((2, 4), new BinaryAccuracyMetric().Accumulate(new(new(1), [1, -1, 0, 2], [1, 0, 1, 0], [1, 1, 1, 1])));
        Assert.Equal((4, 5), new MeanAbsoluteErrorMetric().Accumulate(new(new(1), [1, 2], [0, 5], [4, 1])) is var (sum, weight) ? (sum - 3, weight) : default);
    }
}
