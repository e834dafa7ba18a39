using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Learning rates that a trainer tries before it is to learn.</summary>
public sealed class LearningRateTests
{
    [Theory]
    [MemberData(nameof(TaskCase.LabelledNames), MemberType = typeof(TaskCase))]
    public void A_trainer_learns_with_the_rate_that_it_suggests(string task)
    {
        TaskCase @case = TaskCase.All[task];
        MLContext ml = new();
        LearningRateCurve curve = @case.Trainer(ml).FindLearningRate(@case.Train);
        Assert.Equal(1e-7, curve[0].Rate, 1e-12);
        Assert.InRange(curve.Count, 60, 100);
        Assert.InRange(curve.Suggestion!.Value, 1e-3, 0.1);
        ITransformer model = @case.Trainer(ml, options => options.LearningRate = curve.Suggestion).Fit(@case.Train);
        Assert.True(@case.Quality(ml, model.Transform(@case.Test)) > 0.9);
    }

    [Fact]
    public void The_run_begins_as_a_fit_does_and_changes_none()
    {
        TaskCase @case = TaskCase.All["regression"];
        MLContext ml = new(seed: 1);
        // What only looks on, ends a run early or keeps it is none of this run.
        using TempFolder folder = new();
        NeuralNetworkTrainer trainer = @case.Trainer(ml, options =>
            (options.Epochs, options.LearningRate, options.Checkpoints, options.Callbacks) =
            (1, 1e-6, new(folder.File("run")), [new CsvLog(folder.File("log.csv"))]));
        LearningRateCurve curve = trainer.FindLearningRate(@case.Train, from: 1e-6, to: 1e-5, steps: 19);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        double loss = trainer.Fit(@case.Train).History[0].Loss;
        // The epoch's loss is the mean of its batches', of which one is smaller: at such rates nothing is learned meanwhile.
        Assert.Equal(19, curve.Count);
        Assert.InRange(curve.Average(point => point.BatchLoss) / loss, 0.99, 1.01);
        Assert.Equal(curve, trainer.FindLearningRate(@case.Train, from: 1e-6, to: 1e-5, steps: 19));
    }

    [Fact]
    public void The_log_says_what_was_found()
    {
        ContextLog log = new();
        TaskCase @case = TaskCase.All["binary"];
        LearningRateCurve curve = @case.Trainer(log.Context).FindLearningRate(@case.Train);
        Assert.Contains(log.Infos, line => line.Contains($"{curve.Suggestion} is suggested"));
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        TaskCase @case = TaskCase.All["regression"];
        MLContext ml = new();
        Assert.Contains("To must be above From", Refused(1e-3, 1e-3, 100));
        Assert.Contains("From must be above 0", Refused(0, 1, 100));
        Assert.Contains("Steps must be at least 2", Refused(1e-7, 1, 1));
        Assert.Contains("label column 'Other'", Assert.Throws<ArgumentOutOfRangeException>(
            () => @case.Trainer(ml, options => TaskCase.SetLabel(options, "Other")).FindLearningRate(@case.Train)).Message);
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => @case.Trainer(ml, options => options.CancellationToken = source.Token).FindLearningRate(@case.Train));

        string Refused(double from, double to, int steps) => Assert.Throws<ArgumentOutOfRangeException>(
            () => @case.Trainer(ml).FindLearningRate(@case.Train, from, to, steps)).Message;
    }
}
