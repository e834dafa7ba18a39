using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
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

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void While_rows_are_read(bool byToken, bool ofValidation)
    {
        // Rows that take their time, as images to decode do: the fit ends at the next one.
        MLContext ml = new();
        using CancellationTokenSource source = new();
        TaskCase @case = TaskCase.All["regression"];
        Points points = new(1, 200);
        int read = 0;
        TableColumn slow = TableColumn.Computed<float>("Label", NumberDataViewType.Single, 200, _ =>
        {
            if (++read == 3)
                Cancel();
            return 1;
        });
        TableView rows = new(slow, points.Column);
        NeuralNetworkTrainer trainer = @case.Trainer(ml, options => options.CancellationToken = source.Token);
        Assert.Throws<OperationCanceledException>(
            () => _ = ofValidation ? trainer.Fit(@case.Train, rows) : trainer.Fit(rows));
        Assert.Equal(3, read);
        Assert.Equal(0, rows.CursorsOpen);

        void Cancel()
        {
            if (byToken)
                source.Cancel();
            else
                CancelExecution.Invoke(ml, null);
        }
    }

    [Fact]
    public void By_the_context_in_the_midst_of_a_validation_pass()
    {
        // One step of training and 1,000 batches of validation, from where nobody reports progress.
        MLContext ml = new();
        TaskCase @case = TaskCase.All["regression"];
        Points few = new(1, 1), many = new(1, 1_000);
        Slow metric = new(() => CancelExecution.Invoke(ml, null));
        NeuralNetworkTrainer trainer = @case.Trainer(
            ml, options => (options.Epochs, options.BatchSize, options.Metrics) = (1, 1, [metric]));
        Assert.Throws<OperationCanceledException>(
            () => trainer.Fit(new TableView(@case.Label(few), few.Column), new TableView(@case.Label(many), many.Column)));
        Assert.InRange(metric.Calls, 1, 500);
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

    /// <summary>In the second of nineteen steps each; the checkpoint of the first epoch is whole, and a run goes on from
    /// it.</summary>
    [Theory]
    [InlineData("binary", true)]
    [InlineData("multiclass with text keys", false)]
    [InlineData("regression", true)]
    [InlineData("regression", false)]
    public void No_step_begins_after_it_and_the_checkpoint_stays(string task, bool byToken)
    {
        MLContext ml = new();
        using CancellationTokenSource source = new();
        using TempFolder folder = new();
        TaskCase @case = TaskCase.All[task];
        StepCount steps = new(25, Cancel(ml, source, byToken));
        Assert.Throws<OperationCanceledException>(() => Fit(ml, steps, folder.File("run"), source.Token));
        Assert.Equal(25, steps.Begun);
        Assert.Single(TrainingCheckpoint.Load(Path.Combine(folder.File("run"), TrainingCheckpoint.FileName)).History);
        Assert.Equal(
            Weights(Fit(new(), new(int.MaxValue, () => { }), null, default)),
            Weights(Fit(new(), new(int.MaxValue, () => { }), folder.File("run"), default)));

        NeuralNetworkTransformer Fit(MLContext ml, StepCount steps, string? checkpoints, CancellationToken token) =>
            @case.Trainer(ml, options =>
            {
                (options.Epochs, options.CancellationToken, options.Callbacks) = (3, token, [steps]);
                options.Checkpoints = checkpoints is null ? null : new(checkpoints);
            }).Fit(@case.Train);

        static float[] Weights(NeuralNetworkTransformer model) => [.. model.Model.Weights.SelectMany(pair => pair.Value.Values)];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_step_of_any_fold_begins_after_it(bool byToken)
    {
        MLContext ml = new(seed: 1);
        using CancellationTokenSource source = new();
        TaskCase @case = TaskCase.All["regression"];
        // The second fold's: each has 400 rows, 13 steps an epoch.
        StepCount steps = new(30, Cancel(ml, source, byToken));
        NeuralNetworkTrainer trainer = @case.Trainer(ml, options =>
            (options.Epochs, options.CancellationToken, options.Callbacks) = (2, source.Token, [steps]));
        Assert.Throws<OperationCanceledException>(() => ml.Regression.CrossValidate(@case.Train, trainer, 3));
        Assert.Equal(30, steps.Begun);
    }

    [Fact]
    public void No_rate_is_tried_after_it()
    {
        TaskCase @case = TaskCase.All["regression"];
        using CancellationTokenSource source = new();
        SlowSteps engine = new(3, source.Cancel);
        Assert.Throws<OperationCanceledException>(() => @case.Trainer(new(), options =>
            (options.Loss, options.CancellationToken) = (engine, source.Token)).FindLearningRate(@case.Train));
        Assert.Equal(3, engine.Steps);
    }

    [Fact]
    public void A_model_scores_on_after_its_context_was_cancelled()
    {
        TaskCase @case = TaskCase.All["regression"];
        MLContext ml = new();
        NeuralNetworkTransformer model = @case.Trainer(ml, options => options.Epochs = 1)
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
            (options.Epochs, options.KeepResultWhenCanceled) = (1_000_000, true);
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
            options.Epochs = 1_000_000;
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

    private static Action Cancel(MLContext ml, CancellationTokenSource source, bool byToken) =>
        byToken ? source.Cancel : () => CancelExecution.Invoke(ml, null);

    /// <summary>Counts the steps that begin, and cancels in one of them.</summary>
    private sealed record StepCount(int Last, Action Cancel) : TrainingCallback
    {
        private int _begun;

        public int Begun => _begun;

        protected override string? Decides => null;

        public override RunningCallback Start(ITrainingRun run) => new Running(this);

        private sealed class Running(StepCount count) : RunningCallback
        {
            public override void OnBatchBegin(ITrainingRun run)
            {
                if (++count._begun == count.Last)
                    count.Cancel();
            }
        }
    }

    /// <summary>A squared error that cancels in one of its steps.</summary>
    private sealed record SlowSteps(int Last, Action Cancel) : Loss
    {
        private int _steps;

        public int Steps => _steps;

        public override int TargetSize(RowLayout outputs) => new MeanSquaredErrorLoss().TargetSize(outputs);

        public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
        {
            // What it weighs by is asked for before the run, without gradients.
            if (batch.NeedsGradient && ++_steps == Last)
                Cancel();
            return new MeanSquaredErrorLoss().Accumulate(batch);
        }
    }

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    /// <summary>A metric that takes a hundredth of a second a batch, and cancels at the first.</summary>
    private sealed record Slow(Action Cancel) : MeanMetric
    {
        public int Calls { get; private set; }

        public override string Name => "slow";

        public override bool HigherIsBetter => false;

        public override (double Sum, double Weight) Accumulate(in OutputBatch<float> batch)
        {
            if (Calls++ == 0)
                Cancel();
            Thread.Sleep(10);
            return (0, 1);
        }
    }
}
