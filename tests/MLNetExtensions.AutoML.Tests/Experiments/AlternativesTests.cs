using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.AutoML.CodeGen;
using Microsoft.ML.SearchSpace;

namespace MLNetExtensions.AutoML.Tests.Experiments;

/// <summary>Networks beside other trainers.</summary>
public sealed class AlternativesTests
{
    [Theory]
    [InlineData(EstimatorType.SdcaLogisticRegressionBinary, "Unknown")]
    [InlineData(EstimatorType.Unknown, "NeuralNetworkBinary")]
    public void A_network_does_not_come_first_unless_it_is_told_to_be_cheap(EstimatorType type, string first)
    {
        MLContext ml = new(seed: 1);
        NeuralNetworkSweepableEstimator network = ml.Auto().NeuralNetworkBinary(searchSpace: Sweeps.Small());
        Assert.Equal(EstimatorType.SdcaLogisticRegressionBinary, network.EstimatorType);
        network.EstimatorType = type;
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(network, Sweeps.Logistic(ml));
        SweepMonitor monitor = new(pipeline);
        Sweeps.BinaryExperiment(ml, pipeline, monitor).SetMaxModelToExplore(1).Run();
        Assert.Equal(first, Assert.Single(monitor.Trials).Trainer);
    }

    [Fact]
    public void The_start_costs_of_the_tasks()
    {
        AutoCatalog auto = new MLContext().Auto();
        Assert.Equal(EstimatorType.SdcaLogisticRegressionOva, auto.NeuralNetworkMulti().EstimatorType);
        Assert.Equal(EstimatorType.LbfgsPoissonRegressionRegression, auto.NeuralNetworkRegression().EstimatorType);
        Assert.Equal(
            ["NeuralNetworkBinary", "NeuralNetworkMulti", "NeuralNetworkRegression"],
            [auto.NeuralNetworkBinary().Name, auto.NeuralNetworkMulti().Name, auto.NeuralNetworkRegression().Name]);
    }

    [Fact]
    public void All_are_tried_and_the_network_wins_where_no_line_can()
    {
        MLContext ml = new(seed: 1);
        SearchSpace<NeuralNetworkHyperparameters> space = Sweeps.Small();
        NeuralNetworkSweepableEstimator network = ml.Auto().NeuralNetworkBinary(searchSpace: space, configure: options =>
            (options.Epochs, options.LearningRate) = (40, 0.02));
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(network, Sweeps.Logistic(ml));
        SweepMonitor monitor = new(pipeline);
        // At random: the tuner by cost decides by the time that trials take.
        TrialResult result = Sweeps.BinaryExperiment(ml, pipeline, monitor).SetRandomSearchTuner(1).SetMaxModelToExplore(12)
            .Run();
        Assert.Equal(["NeuralNetworkBinary", "Unknown"], monitor.Trials.Select(trial => trial.Trainer).Distinct().Order());
        Assert.All(monitor.Trials, trial => Assert.Equal(trial.Trainer == "Unknown", trial.Network is null));
        Assert.NotNull(pipeline.GetNeuralNetworkHyperparameters(result.TrialSettings));
        Assert.True(result.Metric > 0.8, $"AUC {result.Metric}");
    }

    [Fact]
    public void Pipelines_and_estimators_can_be_mixed_behind_an_estimator()
    {
        MLContext ml = new(seed: 1);
        SweepablePipeline two = Sweeps.Logistic(ml).Append(ml.Transforms.CopyColumns("Copy", "Score"));
        SweepablePipeline pipeline = Sweeps.Preparation(ml)
            .Append(two, ml.Auto().NeuralNetworkBinary(searchSpace: Sweeps.Small()));
        Assert.Equal(4, pipeline.Estimators.Count);
        SweepMonitor monitor = new(pipeline);
        Sweeps.BinaryExperiment(ml, pipeline, monitor).SetRandomSearchTuner(1).SetMaxModelToExplore(8).Run();
        Assert.Equal(8, monitor.Leaderboard.Count);
        foreach (SweepTrial trial in monitor.Trials)
        {
            ITransformer model = pipeline.BuildFromTrial(ml, trial.Settings).Fit(Sweeps.Binary());
            DataViewSchema schema = model.GetOutputSchema(Sweeps.Binary().Schema);
            Assert.Equal(trial.Network is null, schema.GetColumnOrNull("Copy") is not null);
            Assert.Contains(schema, column => column.Name == "Features" && column.IsHidden);
        }
        Assert.Equal(2, monitor.Trials.Select(trial => trial.Trainer).Distinct().Count());
        Assert.Throws<ArgumentException>(() =>
            Sweeps.Preparation(ml).Append(Array.Empty<ISweepable<IEstimator<ITransformer>>>()));
    }

    [Fact]
    public void A_trial_of_another_pipeline_is_refused()
    {
        MLContext ml = new(seed: 1);
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(ml.Auto().NeuralNetworkBinary(searchSpace: Sweeps.Small()));
        SweepablePipeline longer = pipeline.Append(ml.Transforms.CopyColumns("Copy", "Score"));
        TrialSettings trial = Sweeps.BinaryExperiment(ml, longer).SetMaxModelToExplore(1).Run().TrialSettings;
        Assert.NotNull(longer.GetNeuralNetworkHyperparameters(trial));
        Assert.Contains(
            "SetPipeline", Assert.Throws<ArgumentException>(() => pipeline.GetNeuralNetworkHyperparameters(trial)).Message);
        Assert.Throws<ArgumentException>(() => pipeline.BuildFromTrial(ml, trial));
        TrialSettings empty = new() { Parameter = Parameter.CreateNestedParameter() };
        Assert.Throws<ArgumentException>(() => pipeline.GetNeuralNetworkHyperparameters(empty));
    }

    [OwnTrainersFact]
    public void Beside_the_trainers_of_ML_NET()
    {
        MLContext ml = new(seed: 1);
        NeuralNetworkSweepableEstimator network = ml.Auto().NeuralNetworkBinary(searchSpace: Sweeps.Small());
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(network, OwnTrainersFactAttribute.Trainers(ml.Auto()));
        SweepMonitor monitor = new(pipeline);
        Sweeps.BinaryExperiment(ml, pipeline, monitor).SetMaxModelToExplore(1).Run();
        Assert.Equal("LbfgsLogisticRegressionBinary", Assert.Single(monitor.Trials).Trainer);

        monitor = new(pipeline);
        Sweeps.BinaryExperiment(ml, pipeline, monitor).SetRandomSearchTuner(1).SetMaxModelToExplore(15).Run();
        Assert.Equal(
            ["LbfgsLogisticRegressionBinary", "NeuralNetworkBinary", "SdcaLogisticRegressionBinary"],
            monitor.Leaderboard.Select(trial => trial.Trainer).Distinct().Order());
    }

    /// <summary>A test with ML.NET's own sweepable trainers, which the subset in src/Offline does not have.</summary>
    private sealed class OwnTrainersFactAttribute : FactAttribute
    {
        private static readonly MethodInfo? _method = typeof(AutoCatalog).GetMethod("BinaryClassification");
        private static readonly string[] _native = ["useFastTree", "useFastForest", "useLgbm"];

        public OwnTrainersFactAttribute()
        {
            if (_method is null)
                Skip = "The subset of Microsoft.ML.AutoML has no sweepable trainers of its own.";
        }

        /// <summary>Those without a native part, which a machine may lack.</summary>
        public static SweepablePipeline Trainers(AutoCatalog auto)
        {
            IEnumerable<object?> arguments = _method!.GetParameters().Select(parameter =>
                _native.Contains(parameter.Name) ? false : parameter.DefaultValue);
            return (SweepablePipeline)_method.Invoke(auto, [.. arguments])!;
        }
    }
}
