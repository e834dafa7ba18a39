using System.Diagnostics;

namespace Microsoft.ML.AutoML;

/// <summary>Fits the pipeline of a trial and evaluates it; in cross-validation the metric is the mean and the model the first
/// fold's.</summary>
internal sealed class SweepablePipelineRunner(MLContext context, SweepablePipeline pipeline, IEvaluateMetricManager metricManager,
    IDatasetManager datasetManager) : ITrialRunner
{
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
    {
        using var registration = ct.Register(context.CancelExecution);
        try
        {
            return Task.FromResult(Run(settings));
        }
        catch (Exception e) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e.InnerException);
        }
    }

    public void Dispose() => context.CancelExecution();

    private TrialResult Run(TrialSettings settings)
    {
        var watch = Stopwatch.StartNew();
        var parameter = settings.Parameter[AutoMLExperiment.PipelineSearchSpaceName];
        var folds = datasetManager switch
        {
            ICrossValidateDatasetManager cross => context.Data
                .CrossValidationSplit(cross.Dataset, cross.Fold, cross.SamplingKeyColumnName)
                .Select(split => (Train: split.TrainSet, Test: split.TestSet)),
            ITrainValidateDatasetManager split =>
                [(split.LoadTrainDataset(context, settings), split.LoadValidateDataset(context, settings))],
            _ => throw new ArgumentException(
                "The dataset manager is neither of cross-validation nor of train and validation data"),
        };
        var metrics = new List<double>();
        ITransformer first = null;
        foreach (var (train, test) in folds)
        {
            // Built anew for each fold: an estimator may take its shape from the data that it is fitted to first.
            var model = pipeline.BuildFromOption(context, parameter).Fit(train);
            metrics.Add(metricManager.Evaluate(context, model.Transform(test)));
            first ??= model;
        }
        var metric = metrics.Average();
        return new TrialResult
        {
            TrialSettings = settings,
            Model = first,
            Metric = metric,
            Loss = metricManager.IsMaximize ? -metric : metric,
            DurationInMilliseconds = watch.ElapsedMilliseconds,
        };
    }
}
