using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.AutoML;

namespace MLNetExtensions.AutoML.Tests.Experiments;

/// <summary>What a monitor tells of an experiment.</summary>
public sealed class SweepMonitorTests
{
    [Fact]
    public void Trials_begin_and_end_in_order()
    {
        MLContext ml = new(seed: 1);
        // AutoML counts whole milliseconds, and such networks train in less.
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(ml.Auto().NeuralNetworkBinary(
            searchSpace: Sweeps.Small(), configure: _ => Thread.Sleep(20)));
        List<SweepTrial> told = [];
        SweepMonitor monitor = new(pipeline, told.Add);
        TrialResult best = Sweeps.BinaryExperiment(ml, pipeline, monitor).SetMaxModelToExplore(4).Run();
        Assert.Equal(
            Enumerable.Range(0, 4).SelectMany(id => new[] { (id, SweepTrialState.Running), (id, SweepTrialState.Completed) }),
            told.Select(trial => (trial.Id, trial.State)));
        Assert.Equal(told.Where(trial => trial.State == SweepTrialState.Completed), monitor.Trials);
        Assert.Equal(monitor.Trials.OrderByDescending(trial => trial.Metric), monitor.Leaderboard);
        Assert.Equal(best.TrialSettings.TrialId, monitor.Leaderboard[0].Id);
        Assert.All(monitor.Trials, trial =>
        {
            Assert.Equal(-trial.Metric, trial.Loss);
            Assert.InRange(trial.Duration, TimeSpan.FromMilliseconds(15), TimeSpan.FromMinutes(1));
            Assert.Null(trial.Error);
        });
        Assert.Equal($"trial 0: running, NeuralNetworkBinary {told[0].Network}", told[0].ToString());
        string outcome = string.Create(
            CultureInfo.InvariantCulture, $"{told[1].Metric:F4} in {told[1].Duration.TotalSeconds:F1} s");
        Assert.Equal($"trial 0: {outcome}, NeuralNetworkBinary {told[1].Network}", told[1].ToString());
        Assert.True(double.IsNaN(told[0].Metric) && double.IsNaN(told[0].Loss));
    }

    [Fact]
    public void A_trial_that_fails_is_told_and_the_experiment_goes_on()
    {
        MLContext ml = new(seed: 1);
        int trainers = 0;
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(ml.Auto().NeuralNetworkBinary(
            searchSpace: Sweeps.Small(), configure: options =>
            {
                if (trainers++ == 1)
                    options.FeatureColumnName = "Nowhere";
            }));
        List<string> lines = [];
        SweepMonitor monitor = new(pipeline, trial => lines.Add(trial.ToString()));
        Sweeps.BinaryExperiment(ml, pipeline, monitor).SetMaxModelToExplore(3).Run();
        Assert.Equal(
            [SweepTrialState.Completed, SweepTrialState.Failed, SweepTrialState.Completed],
            monitor.Trials.Select(trial => trial.State));
        Assert.Contains("'Nowhere'", monitor.Trials[1].Error!.Message);
        Assert.Equal(
            $"trial 1: failed: {monitor.Trials[1].Error!.Message}, NeuralNetworkBinary {monitor.Trials[1].Network}", lines[3]);
        Assert.Equal([0, 2], monitor.Leaderboard.Select(trial => trial.Id).Order());
    }

    [Fact]
    public void Models_are_not_kept()
    {
        MLContext ml = new(seed: 1);
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(ml.Auto().NeuralNetworkBinary(searchSpace: Sweeps.Small()));
        SweepMonitor monitor = new(pipeline);
        List<WeakReference> models = Report(monitor, pipeline);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal(3, monitor.Trials.Count);
        Assert.All(models, model => Assert.False(model.IsAlive));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Report(IMonitor monitor, SweepablePipeline pipeline)
    {
        MLContext ml = new(seed: 1);
        List<WeakReference> models = [];
        for (int id = 0; id < 3; id++)
        {
            TrialSettings settings = Sweeps.BinaryExperiment(ml, pipeline).SetMaxModelToExplore(1).Run().TrialSettings;
            ITransformer model = pipeline.BuildFromTrial(ml, settings).Fit(Sweeps.Binary());
            monitor.ReportCompletedTrial(new() { TrialSettings = settings, Model = model, Metric = 0.5, Loss = -0.5 });
            models.Add(new(model));
        }
        return models;
    }
}
