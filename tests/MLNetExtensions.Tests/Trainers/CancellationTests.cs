using System.Reflection;
using Microsoft.ML;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>A fit ends early when its token or its context is cancelled.</summary>
public sealed class CancellationTests
{
    /// <summary>What AutoML calls when the time of a trial is up.</summary>
    private static readonly MethodInfo CancelExecution =
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!;

    [Fact]
    public void By_token_before_it_reads()
    {
        TaskCase @case = TaskCase.All["binary"];
        TableView table = @case.Train;
        Assert.Throws<OperationCanceledException>(
            () => @case.Trainer(new MLContext(), options => options.CancellationToken = new(canceled: true)).Fit(table));
        Assert.InRange(table.RowsRead, 0, 1);
        Assert.Equal(0, table.CursorsOpen);
    }

    [Fact]
    public void By_token_in_the_midst_of_training()
    {
        using CancellationTokenSource source = new();
        int reports = Endless(new MLContext(), source.Token, source.Cancel);
        Assert.Equal(1, reports);
    }

    [Fact]
    public void By_the_context_in_the_midst_of_training()
    {
        MLContext ml = new();
        int reports = Endless(ml, default, () => CancelExecution.Invoke(ml, null));
        Assert.InRange(reports, 1, 2);
        TaskCase @case = TaskCase.All["regression"];
        Assert.Throws<OperationCanceledException>(() => @case.Trainer(ml).Fit(@case.Train));
    }

    [Fact]
    public void A_model_scores_on_after_its_context_was_cancelled()
    {
        TaskCase @case = TaskCase.All["regression"];
        MLContext ml = new();
        NeuralNetworkTransformer model = @case.Trainer(ml, options => options.Training = options.Training with { Epochs = 1 })
            .Fit(@case.Train);
        Points points = new(2, 20);
        float[] before = Predictions.ByTransform(model, points);
        CancelExecution.Invoke(ml, null);
        Assert.Equal(before, Predictions.ByTransform(model, points));
        Assert.Equal(20, Predictions.ByEngine(new MLContext(), model, points).Length);
    }

    [Fact]
    public void The_best_model_so_far_can_be_kept()
    {
        TaskCase @case = TaskCase.All["binary"];
        using CancellationTokenSource source = new();
        NeuralNetworkTransformer model = @case.Trainer(new MLContext(), options =>
        {
            options.CancellationToken = source.Token;
            options.Training = options.Training with { Epochs = 1_000_000, KeepResultWhenCanceled = true };
            options.Progress = new Listener(progress =>
            {
                if (progress.Epoch > 2)
                    source.Cancel();
            });
        }).Fit(@case.Train);
        Assert.InRange(model.History.Count, 2, 999_999);
    }

    /// <summary>Fits for ever, but for what the first report of progress does.</summary>
    /// <returns>The number of reports.</returns>
    private static int Endless(MLContext ml, CancellationToken token, Action cancel)
    {
        // Should nothing else end it, the test fails by the number of reports.
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        TableView table = @case.Train;
        int reports = 0;
        NeuralNetworkTrainer trainer = @case.Trainer(ml, options =>
        {
            options.CancellationToken = limit.Token;
            options.Training = options.Training with { Epochs = 1_000_000 };
            options.Progress = new Listener(_ =>
            {
                if (reports++ == 0)
                    cancel();
            });
        });
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(table));
        Assert.Equal(0, table.CursorsOpen);
        return reports;
    }

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
