using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.AutoML.Tests.Experiments;

/// <summary>An experiment whose time is up ends, though a network is in the midst of training for hours, or of reading its data
/// or validating an epoch for a minute.</summary>
public sealed class TimeLimitTests
{
    private const int Hours = 100_000_000;
    private static readonly TimeSpan _inTime = TimeSpan.FromSeconds(60), _soon = TimeSpan.FromSeconds(20);

    /// <summary>What is compiled on first use is compiled before the time runs.</summary>
    public TimeLimitTests() => new Training(shortTrials: int.MaxValue).Experiment.SetMaxModelToExplore(1).Run();

    [Fact]
    public async Task The_best_trial_so_far_is_the_result()
    {
        Training training = new(shortTrials: 2);
        Stopwatch watch = Stopwatch.StartNew();
        TrialResult result = await RunAsync(training.Experiment.SetTrainingTimeInSeconds(3));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(2.5), _inTime);
        Assert.InRange(result.TrialSettings.TrialId, 0, 1);
        Assert.NotNull(result.Model);
        training.RequireStopped();
    }

    [Fact]
    public async Task Without_any_trial_that_ended_it_says_so()
    {
        Training training = new(shortTrials: 0);
        Stopwatch watch = Stopwatch.StartNew();
        TimeoutException error = await Assert.ThrowsAsync<TimeoutException>(() =>
            RunAsync(training.Experiment.SetTrainingTimeInSeconds(1)));
        Assert.Contains("without completing a successful trial", error.Message);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.5), _inTime);
    }

    [Fact]
    public async Task The_callers_token_ends_it_as_well()
    {
        using CancellationTokenSource caller = new();
        Training training = new(shortTrials: 1, onLongReport: caller.Cancel);
        TrialResult result = await RunAsync(training.Experiment.SetMaxModelToExplore(1000), caller.Token);
        Assert.Equal(0, result.TrialSettings.TrialId);
        training.RequireStopped();
    }

    [Fact]
    public async Task A_model_of_a_cancelled_experiment_scores_and_its_pipeline_trains_again()
    {
        Training training = new(shortTrials: 2);
        TrialResult result = await RunAsync(training.Experiment.SetTrainingTimeInSeconds(1));
        float[] scores = Values.Floats(result.Model.Transform(Sweeps.Binary(seed: 2)));
        Assert.All(scores, score => Assert.True(float.IsFinite(score)));
        training.AllShort();
        ITransformer again = training.Pipeline.BuildFromTrial(new MLContext(), result.TrialSettings).Fit(Sweeps.Binary(seed: 1));
        Assert.Equal(Values.Bits(scores), Values.Bits(Values.Floats(again.Transform(Sweeps.Binary(seed: 2)))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_takes_a_minute_is_not_read_to_its_end(bool byTime)
    {
        // 600 rows of a tenth of a second each, as images to decode. The first trial reads them fast.
        MLContext ml = new(seed: 1);
        Points points = new(1, 600);
        int trials = 0, slowRows = 0;
        using CancellationTokenSource caller = new();
        TableColumn label = TableColumn.Computed<bool>("Label", BooleanDataViewType.Instance, 600, row =>
        {
            if (Volatile.Read(ref trials) > 1)
            {
                if (Interlocked.Increment(ref slowRows) == 3 && !byTime)
                    caller.Cancel();
                Thread.Sleep(100);
            }
            return points.Features[row][0] * points.Features[row][1] > 0;
        });
        TableView rows = new(label, points.Column);
        SweepablePipeline pipeline = NetworksOnly(ml, _ => trials++);
        AutoMLExperiment experiment = ml.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(rows, Sweeps.Binary(seed: 2))
            .SetBinaryClassificationMetric(BinaryClassificationMetric.AreaUnderRocCurve, "Label");
        Stopwatch watch = Stopwatch.StartNew();
        TrialResult result = await RunAsync(
            byTime ? experiment.SetTrainingTimeInSeconds(3) : experiment.SetMaxModelToExplore(1000), caller.Token);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, _soon);
        Assert.Equal(0, result.TrialSettings.TrialId);
        Assert.InRange(slowRows, 1, 200);
        Assert.Equal(0, rows.CursorsOpen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_validation_pass_that_takes_a_minute_is_not_run_to_its_end(bool byTime)
    {
        MLContext ml = new(seed: 1);
        using CancellationTokenSource caller = new();
        int trials = 0;
        SlowMetric metric = new(byTime ? () => { } : caller.Cancel);
        SweepablePipeline pipeline = NetworksOnly(ml, options =>
        {
            if (trials++ == 0)
                return;
            // One epoch, and 100 batches of validation.
            options.ValidationFraction = 0.5;
            (options.Epochs, options.BatchSize, options.Metrics) = (1, 1, [metric]);
        });
        AutoMLExperiment experiment = Sweeps.BinaryExperiment(ml, pipeline);
        Stopwatch watch = Stopwatch.StartNew();
        TrialResult result = await RunAsync(
            byTime ? experiment.SetTrainingTimeInSeconds(3) : experiment.SetMaxModelToExplore(1000), caller.Token);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, _soon);
        Assert.Equal(0, result.TrialSettings.TrialId);
        Assert.InRange(metric.Calls, 1, 33);
    }

    /// <summary>A pipeline in which nothing but networks reads the data.</summary>
    private static SweepablePipeline NetworksOnly(MLContext ml, Action<NeuralNetworkOptions> configure) =>
        ml.Transforms.CopyColumns("Copy", "Features").Append(ml.Auto().NeuralNetworkBinary(
            searchSpace: Sweeps.Small(), configure: options =>
            {
                Sweeps.Seed(options);
                configure(options);
            }));

    /// <summary>An experiment runs its trials on the caller's thread; should it never come back, the test fails.</summary>
    private static Task<TrialResult> RunAsync(AutoMLExperiment experiment, CancellationToken token = default) =>
        Task.Run(() => experiment.RunAsync(token)).WaitAsync(_inTime);

    /// <summary>A metric that takes 0.6 seconds a batch.</summary>
    private sealed record SlowMetric(Action OnFirstCall) : MeanMetric
    {
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public override string Name => "slow";

        public override bool HigherIsBetter => false;

        public override (double Sum, double Weight) Accumulate(in OutputBatch<float> batch)
        {
            if (Interlocked.Increment(ref _calls) == 1)
                OnFirstCall();
            Thread.Sleep(600);
            return (0, 1);
        }
    }

    /// <summary>An experiment whose first trials take a moment and whose next takes hours.</summary>
    private sealed class Training : IProgress<TrainingProgress>
    {
        private readonly Action? _onLongReport;
        private int _shortTrials, _reports;

        public Training(int shortTrials, Action? onLongReport = null)
        {
            _onLongReport = onLongReport;
            MLContext ml = new(seed: 1);
            int trainer = 0;
            _shortTrials = shortTrials;
            Pipeline = Sweeps.Preparation(ml).Append(ml.Auto().NeuralNetworkBinary(
                searchSpace: Sweeps.Small(), configure: options =>
                {
                    Sweeps.Seed(options);
                    if (trainer++ < _shortTrials)
                        return;
                    options.Epochs = Hours;
                    options.Progress = this;
                }));
            Experiment = Sweeps.BinaryExperiment(ml, Pipeline);
        }

        public SweepablePipeline Pipeline { get; }

        public AutoMLExperiment Experiment { get; }

        public void AllShort() => _shortTrials = int.MaxValue;

        public void Report(TrainingProgress value)
        {
            Interlocked.Increment(ref _reports);
            _onLongReport?.Invoke();
        }

        /// <summary>The long training had begun, and goes on no longer.</summary>
        public void RequireStopped()
        {
            int reports = Volatile.Read(ref _reports);
            Assert.True(reports > 0);
            Thread.Sleep(500);
            Assert.Equal(reports, Volatile.Read(ref _reports));
        }
    }
}
