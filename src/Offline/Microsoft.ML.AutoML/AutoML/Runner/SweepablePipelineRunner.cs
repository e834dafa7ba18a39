using System.Diagnostics;

namespace Microsoft.ML.AutoML;

/// <summary>Fits the pipeline of a trial and evaluates it; in cross-validation the metric is the mean and the model the first
/// fold's.</summary>
internal sealed class SweepablePipelineRunner(MLContext context, SweepablePipeline pipeline, TrialData data,
    TrialMetric trialMetric) : ITrialRunner
{
    private readonly TrialData _data = data ?? throw new InvalidOperationException("No dataset has been set: call SetDataset.");
    private readonly TrialMetric _metric = trialMetric ?? throw new InvalidOperationException("No metric has been set.");

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
        var metrics = new List<double>();
        ITransformer first = null;
        foreach (var split in _data(context, settings))
        {
            // Built anew for each fold: an estimator may take its shape from the data that it is fitted to first.
            var model = pipeline.BuildFromOption(context, parameter).Fit(split.TrainSet);
            metrics.Add(_metric.Evaluate(context, model.Transform(split.TestSet)));
            first ??= model;
        }
        var metric = metrics.Average();
        return new TrialResult
        {
            TrialSettings = settings,
            Model = first,
            Metric = metric,
            Loss = _metric.IsMaximize ? -metric : metric,
            DurationInMilliseconds = watch.ElapsedMilliseconds,
        };
    }
}
