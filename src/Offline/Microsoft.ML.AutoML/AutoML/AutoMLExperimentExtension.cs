namespace Microsoft.ML.AutoML;

public static class AutoMLExperimentExtension
{
    /// <summary>Also sets the trial runner, the monitor and the tuner.</summary>
    public static AutoMLExperiment SetPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline)
    {
        experiment.AddSearchSpace(AutoMLExperiment.PipelineSearchSpaceName, pipeline.SearchSpace);
        experiment.Services.Add(pipeline);
        return experiment.SetTrialRunner<SweepablePipelineRunner>().SetMonitor<MLContextMonitor>().SetTuner<EciCostFrugalTuner>();
    }

    /// <summary>With sub-sampling, the share of the training rows to use is a parameter of the search.</summary>
    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView train, IDataView validation,
        bool subSamplingTrainDataset = false)
    {
        if (subSamplingTrainDataset)
        {
            var share = new UniformSingleOption(0, 1, false, 0.1f);
            experiment.AddSearchSpace(nameof(TrainValidateDatasetManager),
                new() { [TrainValidateDatasetManager.SubSamplingKey] = share });
        }
        return experiment.Add<IDatasetManager>(new TrainValidateDatasetManager(train, validation));
    }

    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment,
        DataOperationsCatalog.TrainTestData trainValidationSplit) =>
        experiment.SetDataset(trainValidationSplit.TrainSet, trainValidationSplit.TestSet);

    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView dataset, int fold = 10,
        string samplingKeyColumnName = null) =>
        experiment.Add<IDatasetManager>(new CrossValidateDatasetManager
        {
            Dataset = dataset, Fold = fold, SamplingKeyColumnName = samplingKeyColumnName,
        });

    public static AutoMLExperiment SetBinaryClassificationMetric(this AutoMLExperiment experiment,
        BinaryClassificationMetric metric, string labelColumn = "label", string predictedColumn = "PredictedLabel") =>
        experiment.SetMetric(metric, true, (context, data) =>
            context.BinaryClassification.EvaluateNonCalibrated(data, labelColumn, predictedLabelColumnName: predictedColumn));

    /// <summary>As in the original, the reduction of the log-loss is minimised too.</summary>
    public static AutoMLExperiment SetMulticlassClassificationMetric(this AutoMLExperiment experiment,
        MulticlassClassificationMetric metric, string labelColumn = "label", string predictedColumn = "PredictedLabel") =>
        experiment.SetMetric(metric,
            metric is not (MulticlassClassificationMetric.LogLoss or MulticlassClassificationMetric.LogLossReduction),
            (context, data) =>
                context.MulticlassClassification.Evaluate(data, labelColumn, predictedLabelColumnName: predictedColumn));

    public static AutoMLExperiment SetRegressionMetric(this AutoMLExperiment experiment, RegressionMetric metric,
        string labelColumn = "Label", string scoreColumn = "Score") =>
        experiment.SetMetric(metric, metric == RegressionMetric.RSquared,
            (context, data) => context.Regression.Evaluate(data, labelColumn, scoreColumn));

    public static AutoMLExperiment SetCostFrugalTuner(this AutoMLExperiment experiment) => experiment.SetTuner<CostFrugalTuner>();
    public static AutoMLExperiment SetEciCostFrugalTuner(this AutoMLExperiment experiment) =>
        experiment.SetTuner<EciCostFrugalTuner>();
    public static AutoMLExperiment SetRandomSearchTuner(this AutoMLExperiment experiment, int? seed = null) =>
        experiment.SetTuner(services => new RandomSearchTuner(Settings(services).SearchSpace, seed ?? Settings(services).Seed));
    public static AutoMLExperiment SetGridSearchTuner(this AutoMLExperiment experiment, int step = 10) =>
        experiment.SetTuner(services => new GridSearchTuner(Settings(services).SearchSpace, step));
    private static AutoMLExperiment.AutoMLExperimentSettings Settings(IServiceProvider services) =>
        ((Services)services).Require<AutoMLExperiment.AutoMLExperimentSettings>();
    private static AutoMLExperiment SetMetric<TMetrics>(this AutoMLExperiment experiment, Enum metric, bool isMaximize,
        Func<MLContext, IDataView, TMetrics> evaluate)
    {
        var manager = new MetricManager<TMetrics>(metric, isMaximize, evaluate);
        return experiment.Add<IMetricManager>(manager).Add<IEvaluateMetricManager>(manager);
    }

    private static AutoMLExperiment Add<T>(this AutoMLExperiment experiment, T service) where T : class
    {
        experiment.Services.Add(service);
        return experiment;
    }
}
