namespace Microsoft.ML.AutoML;

public static class AutoMLExperimentExtension
{
    private const string SubSampling = "TrainValidateDatasetManager", SubSamplingShare = "TrainValidateDatasetSubsamplingKey";

    /// <summary>Also sets the trial runner, the monitor and the tuner.</summary>
    public static AutoMLExperiment SetPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline)
    {
        experiment.MakeRunner = context => new SweepablePipelineRunner(context, pipeline, experiment.Data, experiment.Metric);
        experiment.MakeMonitor = channel => new MLContextMonitor(channel, pipeline);
        experiment.MakeTuner = settings => new EciCostFrugalTuner(pipeline, settings);
        return experiment.AddSearchSpace(AutoMLExperiment.PipelineSearchSpaceName, pipeline.SearchSpace);
    }

    /// <summary>With sub-sampling, the share of the training rows to use is a parameter of the search.</summary>
    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView train, IDataView validation,
        bool subSamplingTrainDataset = false)
    {
        if (subSamplingTrainDataset)
            experiment.AddSearchSpace(SubSampling, new() { [SubSamplingShare] = new UniformSingleOption(0, 1, false, 0.1f) });
        return experiment.With(e =>
            e.Data = (context, settings) => [new(SubSample(context, train, settings.Parameter), validation)]);
    }

    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment,
        DataOperationsCatalog.TrainTestData trainValidationSplit) =>
        experiment.SetDataset(trainValidationSplit.TrainSet, trainValidationSplit.TestSet);

    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView dataset, int fold = 10,
        string samplingKeyColumnName = null) =>
        experiment.With(e => e.Data = (context, _) => context.Data.CrossValidationSplit(dataset, fold, samplingKeyColumnName));

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

    public static AutoMLExperiment SetCostFrugalTuner(this AutoMLExperiment experiment) =>
        experiment.With(e => e.MakeTuner = settings => new CostFrugalTuner(settings.SearchSpace, settings.Seed));
    public static AutoMLExperiment SetRandomSearchTuner(this AutoMLExperiment experiment, int? seed = null) =>
        experiment.With(e => e.MakeTuner = settings => new RandomSearchTuner(settings.SearchSpace, seed ?? settings.Seed));
    public static AutoMLExperiment SetGridSearchTuner(this AutoMLExperiment experiment, int step = 10) =>
        experiment.With(e => e.MakeTuner = settings => new GridSearchTuner(settings.SearchSpace, step));

    private static AutoMLExperiment SetMetric<TMetrics>(this AutoMLExperiment experiment, Enum metric, bool isMaximize,
        Func<MLContext, IDataView, TMetrics> evaluate) =>
        experiment.With(e => e.Metric = new TrialMetric(isMaximize, (context, data) =>
        {
            var property = typeof(TMetrics).GetProperty(metric.ToString())
                ?? throw new ArgumentOutOfRangeException(nameof(metric), metric, "Unknown metric");
            return (double)property.GetValue(evaluate(context, data));
        }));

    /// <summary>The first rows, as many as the trial says, but ten at the least.</summary>
    private static IDataView SubSample(MLContext context, IDataView train, Parameter parameter)
    {
        if (!parameter.TryGetValue(SubSampling, out var sampling) || !sampling.TryGetValue(SubSamplingShare, out var share)
            || share.AsType<double>() >= 1) return train;
        var rows = train.GetRowCount() ?? 0;
        if (rows == 0)
            using (var cursor = train.GetRowCursor([]))
                while (cursor.MoveNext()) rows++;
        return context.Data.TakeRows(train, Math.Max(10, (long)(share.AsType<double>() * rows)));
    }
}
