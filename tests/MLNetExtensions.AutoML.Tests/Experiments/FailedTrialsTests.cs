using Microsoft.ML;
using Microsoft.ML.AutoML;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.AutoML.Tests.Experiments;

/// <summary>A failed trial is a bad trial; only a sweep in which none succeeds is an error.</summary>
public sealed class FailedTrialsTests
{
    [Fact]
    public void The_first_trials_may_fail()
    {
        MLContext ml = new(seed: 1);
        SweepMonitor monitor = Monitor(ml, failures: 3, out AutoMLExperiment experiment);
        TrialResult best = experiment.SetMaxModelToExplore(6).Run(monitor);
        Assert.Equal(
            [SweepTrialState.Failed, SweepTrialState.Failed, SweepTrialState.Failed, SweepTrialState.Completed, SweepTrialState.Completed, SweepTrialState.Completed],
            monitor.Trials.Select(trial => trial.State));
        Assert.All(monitor.Trials.Take(3), trial => Assert.IsType<TrainingDivergedException>(trial.Error));
        Assert.Contains("trial 0: failed: Training diverged", monitor.Trials[0].ToString());
        Assert.True(best.TrialSettings.TrialId >= 3);
        Assert.NotNull(best.Model);
    }

    [Fact]
    public void Where_none_succeeds_the_first_reason_is_told()
    {
        MLContext ml = new(seed: 1);
        SweepMonitor monitor = Monitor(ml, failures: int.MaxValue, out AutoMLExperiment experiment);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => experiment.SetMaxModelToExplore(2).Run(monitor));
        Assert.StartsWith("No trial succeeded: 2 failed, trial 0 first: Training diverged", e.Message);
        Assert.IsType<TrainingDivergedException>(e.InnerException);
    }

    [Fact]
    public void What_no_option_could_help_ends_the_experiment_at_once()
    {
        MLContext ml = new(seed: 1);
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(ml.Auto().NeuralNetworkBinary("Outcome", searchSpace: Sweeps.Small()));
        SweepMonitor monitor = new(pipeline);
        Exception e = Assert.ThrowsAny<Exception>(() => Sweeps.BinaryExperiment(ml, pipeline, monitor).SetMaxModelToExplore(50).Run());
        Assert.Contains("'Outcome'", e.Message);
        Assert.Single(monitor.Trials);
    }

    private static SweepMonitor Monitor(MLContext ml, int failures, out AutoMLExperiment experiment)
    {
        int made = 0;
        NeuralNetworkSweepableEstimator network = ml.Auto().NeuralNetworkBinary(searchSpace: Sweeps.Small(), configure: options =>
        {
            if (made++ < failures)
                (options.LearningRate, options.Optimizer) = (1e38, new Sgd());
        });
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(network);
        experiment = Sweeps.BinaryExperiment(ml, pipeline);
        return new(pipeline);
    }
}
