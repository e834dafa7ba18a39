using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.AutoML.Tests.Experiments;

/// <summary>Networks in AutoML's experiments, from the search space to the saved model.</summary>
public sealed class SweepTests
{
    [Fact]
    public void Two_classes()
    {
        MLContext ml = new(seed: 1);
        SweepablePipeline pipeline = Sweeps.Preparation(ml)
            .Append(ml.Auto().NeuralNetworkBinary(searchSpace: Sweeps.Small(), configure: Sweeps.Seed));
        Check(ml, pipeline, Sweeps.Binary(seed: 2), Sweeps.BinaryExperiment(ml, pipeline), (own, scored) =>
            own.BinaryClassification.EvaluateNonCalibrated(scored).AreaUnderRocCurve);
    }

    [Fact]
    public void Several_classes()
    {
        MLContext ml = new(seed: 1);
        SweepablePipeline pipeline = Sweeps.Preparation(ml)
            .Append(ml.Auto().NeuralNetworkMulti(searchSpace: Sweeps.Small(), configure: Sweeps.Seed));
        AutoMLExperiment experiment = ml.Auto().CreateExperiment().SetPipeline(pipeline)
            .SetDataset(Sweeps.Multiclass(seed: 1), Sweeps.Multiclass(seed: 2))
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, "Label");
        Check(ml, pipeline, Sweeps.Multiclass(seed: 2), experiment, (own, scored) =>
            own.MulticlassClassification.Evaluate(scored).LogLoss);
    }

    [Fact]
    public void A_number()
    {
        MLContext ml = new(seed: 1);
        SweepablePipeline pipeline = Sweeps.Preparation(ml)
            .Append(ml.Auto().NeuralNetworkRegression(searchSpace: Sweeps.Small(), configure: Sweeps.Seed));
        AutoMLExperiment experiment = ml.Auto().CreateExperiment().SetPipeline(pipeline)
            .SetDataset(Sweeps.Regression(seed: 1), Sweeps.Regression(seed: 2))
            .SetRegressionMetric(RegressionMetric.RootMeanSquaredError);
        Check(ml, pipeline, Sweeps.Regression(seed: 2), experiment, (own, scored) =>
            own.Regression.Evaluate(scored).RootMeanSquaredError);
    }

    [Fact]
    public void Every_fold_gets_a_trainer_of_its_own()
    {
        const int folds = 3, trials = 2;
        MLContext ml = new(seed: 1);
        HashSet<object> made = [], trained = [];
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(ml.Auto().NeuralNetworkBinary(
            searchSpace: Sweeps.Small(), configure: options =>
            {
                Assert.True(made.Add(options));
                Sweeps.Seed(options);
                options.Progress = new Listener(_ => trained.Add(options));
            }));
        TrialResult result = ml.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(Sweeps.Binary(), folds)
            .SetBinaryClassificationMetric(BinaryClassificationMetric.Accuracy, "Label")
            .SetMaxModelToExplore(trials).Run();
        Assert.Equal(folds * trials, trained.Count);
        Assert.InRange(made.Count, folds * trials, (folds + 1) * trials);
        Assert.InRange(result.Metric, 0.2, 1);

        // The metric is the mean over the folds that anyone can split.
        EstimatorChain<ITransformer> best = pipeline.BuildFromTrial(ml, result.TrialSettings);
        double mean = ml.BinaryClassification.CrossValidateNonCalibrated(Sweeps.Binary(), best, folds)
            .Average(fold => fold.Metrics.Accuracy);
        Assert.Equal(mean, result.Metric, 1e-12);
    }

    [Fact]
    public void What_is_configured_has_the_last_word()
    {
        MLContext ml = new(seed: 1);
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(ml.Auto().NeuralNetworkBinary(
            searchSpace: Sweeps.Small(), configure: options =>
            {
                options.Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, [3]);
                (options.Epochs, options.Schedule) = (4, new CosineSchedule());
            }));
        NeuralNetworkTransformer network = Network(Sweeps.BinaryExperiment(ml, pipeline).SetMaxModelToExplore(1).Run().Model);
        Assert.Equal(FeedForward.Create(new(Points.Width), 1, [3]), network.Model.Definition);
        Assert.Equal(4, network.History.Count);
        Assert.True(network.History[3].LearningRate < 0.5 * network.History[0].LearningRate);
    }

    [Fact]
    public void Columns_of_other_names_and_weights()
    {
        MLContext ml = new(seed: 1);
        Points points = new(1, 100);
        TableView table = new(
            TableColumn.Boolean("Sick", points.Products.Select(product => product > 0)),
            TableColumn.Vector("Findings", NumberDataViewType.Single, points.Features),
            TableColumn.Single("Weight", points.Products.Select(_ => 2f)));
        SweepablePipeline pipeline = ml.Transforms.NormalizeMeanVariance("Findings")
            .Append(ml.Auto().NeuralNetworkBinary("Sick", "Findings", "Weight", Sweeps.Small()));
        TrialResult result = ml.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(table, table)
            .SetBinaryClassificationMetric(BinaryClassificationMetric.Accuracy, "Sick").SetMaxModelToExplore(1).Run();
        Assert.Equal("Findings", Network(result.Model).FeatureColumnName);
    }

    [Fact]
    public void A_column_that_is_not_there_is_named()
    {
        MLContext ml = new(seed: 1);
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(ml.Auto().NeuralNetworkBinary("Outcome"));
        AggregateException error = Assert.Throws<AggregateException>(() =>
            Sweeps.BinaryExperiment(ml, pipeline).SetMaxModelToExplore(1).Run());
        Assert.Contains("label column 'Outcome'", error.InnerException!.Message);
        Assert.Throws<ArgumentException>(() => ml.Auto().NeuralNetworkBinary(""));
        Assert.Throws<ArgumentException>(() => ml.Auto().NeuralNetworkMulti(featureColumnName: ""));
    }

    [Theory]
    [InlineData("cost-frugal", 5)]
    [InlineData("random", 5)]
    // ML.NET's grid has a dimension too many for the choice of one pipeline: the last, WidthRatio in three steps, goes nowhere.
    [InlineData("grid", 2)]
    public void Every_tuner_can_search_the_space(string tuner, int distinct)
    {
        MLContext ml = new(seed: 1);
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(ml.Auto().NeuralNetworkBinary(
            configure: options => options.Epochs = 1));
        SweepMonitor monitor = new(pipeline);
        AutoMLExperiment experiment = Sweeps.BinaryExperiment(ml, pipeline, monitor).SetMaxModelToExplore(5);
        _ = tuner switch
        {
            "cost-frugal" => experiment.SetCostFrugalTuner(),
            "random" => experiment.SetRandomSearchTuner(3),
            _ => experiment.SetGridSearchTuner(3),
        };
        experiment.Run();
        Assert.Equal(5, monitor.Leaderboard.Count);
        Assert.Equal(distinct, monitor.Trials.Select(trial => trial.Settings.Parameter.ToString()).Distinct().Count());
    }

    /// <summary>The best trial's network is known and is the model's; the metric is the evaluator's; built again and fitted, and
    /// saved and loaded, the pipeline gives the same bits.</summary>
    private static void Check(
        MLContext ml, SweepablePipeline pipeline, TableView test, AutoMLExperiment experiment,
        Func<MLContext, IDataView, double> evaluate)
    {
        SweepMonitor monitor = new(pipeline);
        TrialResult result = experiment.SetMonitor(monitor).SetMaxModelToExplore(3).Run();
        NeuralNetworkTransformer network = Network(result.Model);
        NeuralNetworkHyperparameters option = Assert.IsType<NeuralNetworkHyperparameters>(
            pipeline.GetNeuralNetworkHyperparameters(result.TrialSettings));
        Assert.Equal(
            FeedForward.Create(
                new(Points.Width), network.Model.Definition.OutputShape[0], option.HiddenWidths, Layer(option.Activation),
                option.Dropout, option.BatchNorm),
            network.Model.Definition);
        Assert.InRange(option.Width, 4, 8);
        Assert.Equal(option.Epochs, network.History.Count);
        Assert.Equal(monitor.Leaderboard[0].Metric, result.Metric);
        Assert.Equal(3, monitor.Trials.Count);

        string bits = Values.Bits(Values.Floats(result.Model.Transform(test)));
        Assert.Equal(evaluate(ml, result.Model.Transform(test)), result.Metric, 1e-12);
        ITransformer again = pipeline.BuildFromTrial(ml, result.TrialSettings).Fit(TrainingTable(test));
        Assert.Equal(bits, Values.Bits(Values.Floats(again.Transform(test))));

        using MemoryStream zip = new();
        ml.Model.Save(result.Model, test.Schema, zip);
        zip.Position = 0;
        Assert.Equal(bits, Values.Bits(Values.Floats(new MLContext().Model.Load(zip, out _).Transform(test))));
    }

    private static Activation Layer(ActivationFunction function) => function switch
    {
        ActivationFunction.ReLU => new ReLU(),
        ActivationFunction.LeakyReLU => new LeakyReLU(),
        ActivationFunction.GELU => new GELU(),
        ActivationFunction.SiLU => new SiLU(),
        _ => new Tanh(),
    };

    private static TableView TrainingTable(TableView test) => test.Schema["Label"].Type switch
    {
        BooleanDataViewType => Sweeps.Binary(seed: 1),
        KeyDataViewType => Sweeps.Multiclass(seed: 1),
        _ => Sweeps.Regression(seed: 1),
    };

    private static NeuralNetworkTransformer Network(ITransformer model) =>
        Assert.IsType<NeuralNetworkTransformer>(Assert.IsAssignableFrom<IEnumerable<ITransformer>>(model).Last());

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
