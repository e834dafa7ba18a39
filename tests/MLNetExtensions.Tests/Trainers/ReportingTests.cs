using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>What training tells: progress to the caller, and the log of the context.</summary>
public sealed class ReportingTests
{
    [Fact]
    public void Progress_arrives_while_training()
    {
        TaskCase @case = TaskCase.All["regression"];
        using CancellationTokenSource source = new();
        Collector reports = new(count =>
        {
            if (count == 3)
                source.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => @case.Trainer(new MLContext(), options =>
        {
            options.Progress = reports;
            options.CancellationToken = source.Token;
            options.Epochs = 1_000_000;
        }).Fit(@case.Train));
        Assert.Equal(3, reports.Values.Count);
        Assert.All(reports.Values, report =>
        {
            Assert.InRange(report.Epoch, 1, 999_999);
            Assert.InRange(report.Step, 1, report.Steps);
            Assert.Equal((1_000_000, 19), (report.Epochs, report.Steps));
            Assert.Equal(report.Epoch - 1, report.LastEpoch?.Epoch ?? 0);
            Assert.True(report.ExamplesPerSecond > 0);
            Assert.True(report.Remaining > report.Elapsed);
        });
        Assert.All(reports.Values.Zip(reports.Values.Skip(1)), pair => Assert.True(pair.Second.Elapsed > pair.First.Elapsed));
    }

    [Fact]
    public void The_last_report_is_of_the_end()
    {
        TaskCase @case = TaskCase.All["regression"];
        Collector reports = new();
        NeuralNetworkTransformer model = @case.Trainer(new MLContext(), options =>
        {
            options.Progress = reports;
            options.Epochs = 3;
        }).Fit(@case.Train);
        TrainingProgress last = reports.Values[^1];
        Assert.Equal((3, 19, TimeSpan.Zero, model.History[^1]), (last.Epoch, last.Step, last.Remaining, last.LastEpoch));
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void The_log_counts_skipped_rows_and_names_the_column(string task)
    {
        TaskCase @case = TaskCase.All[task];
        List<(ChannelMessageKind Kind, string Message)> log = [];
        MLContext ml = new();
        ml.Log += (_, message) => log.Add((message.Kind, message.Message));
        Points points = new(1, 60), damaged = new(1, 60);
        damaged.Features[0][0] = float.NaN;
        damaged.Features[30][1] = float.PositiveInfinity;
        damaged.Features[59][2] = float.NegativeInfinity;
        NeuralNetworkTransformer model = @case.Trainer(ml, options => options.Epochs = 2)
            .Fit(new TableView(@case.Label(points), damaged.Column));
        string warning = Assert.Single(log, line => line.Kind == ChannelMessageKind.Warning).Message;
        Assert.Contains("Skipped 3 rows", warning);
        Assert.Contains("'Features'", warning);
        Assert.Contains(log, line => line.Kind == ChannelMessageKind.Info && line.Message.Contains("on 57 examples"));
        Assert.Contains(log, line => line.Kind == ChannelMessageKind.Info && line.Message.Contains("2 epochs: Completed"));
        Assert.DoesNotContain(Values.Floats(model.Transform(new TableView(points.Column))), float.IsNaN);
    }

    [Fact]
    public void What_a_callback_finds_amiss_is_in_the_log_and_heard()
    {
        ContextLog log = new();
        List<string> heard = [];
        TaskCase @case = TaskCase.All["binary"];
        @case.Trainer(log.Context, options =>
            (options.Epochs, options.Callbacks, options.Warned) = (1, [new Doubter()], heard.Add)).Fit(@case.Train);
        Assert.Equal(["doubtful"], heard);
        Assert.Single(log.Warnings, warning => warning.Contains("doubtful"));
    }

    [Fact]
    public void The_log_says_nothing_of_skipped_rows_when_there_are_none()
    {
        TaskCase @case = TaskCase.All["binary"];
        List<string> warnings = [];
        MLContext ml = new();
        ml.Log += (_, message) =>
        {
            if (message.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Error)
                warnings.Add(message.Message);
        };
        @case.Trainer(ml, options => options.Epochs = 1).Fit(@case.Train);
        Assert.Empty(warnings);
    }

    private sealed class Collector(Action<int>? collected = null) : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Values { get; } = [];

        public void Report(TrainingProgress value)
        {
            Values.Add(value);
            collected?.Invoke(Values.Count);
        }
    }

    private sealed record Doubter : TrainingCallback
    {
        public override RunningCallback Start(ITrainingRun run) => new Running();

        private sealed class Running : RunningCallback
        {
            public override void OnEpochEnd(ITrainingRun run, EpochRecord epoch) => run.Warn("doubtful");
        }
    }
}
