namespace Microsoft.ML.AutoML;

/// <summary>Runs trials one after the other: the tuner proposes parameters, the runner tries them, the monitor is told. The least
/// loss wins, the first of equal ones.</summary>
public class AutoMLExperiment
{
    internal const string PipelineSearchSpaceName = "_pipeline_";
    private readonly MLContext _context;
    private readonly AutoMLExperimentSettings _settings;
    private int? _maxModels;
    private uint? _trainingTime;
    private TrialResult _best;

    public AutoMLExperiment(MLContext context, AutoMLExperimentSettings settings)
    {
        (_context, _settings) = (context, settings);
        _settings.Seed ??= ((IHostEnvironmentInternal)context).Seed;
        _settings.SearchSpace ??= [];
    }

    // what a run makes its parts with: a tuner and a monitor, and a runner for each trial
    internal Func<AutoMLExperimentSettings, ITuner> MakeTuner { get; set; }
    internal Func<IChannel, IMonitor> MakeMonitor { get; set; } = _ => null;
    internal Func<MLContext, ITrialRunner> MakeRunner { get; set; }
    internal TrialData Data { get; set; }
    internal TrialMetric Metric { get; set; }

    public AutoMLExperiment AddSearchSpace(string key, SearchSpace.SearchSpace searchSpace) =>
        With(experiment => experiment._settings.SearchSpace[key] = searchSpace);
    public AutoMLExperiment SetTrainingTimeInSeconds(uint trainingTimeInSeconds) =>
        With(experiment => experiment._trainingTime = trainingTimeInSeconds);
    public AutoMLExperiment SetMaxModelToExplore(int maxModel) => With(experiment => experiment._maxModels = maxModel);
    public AutoMLExperiment SetMonitor<TMonitor>(TMonitor monitor) where TMonitor : class, IMonitor =>
        With(experiment => experiment.MakeMonitor = _ => monitor);
    public AutoMLExperiment SetTrialRunner<TTrialRunner>(TTrialRunner runner) where TTrialRunner : class, ITrialRunner =>
        With(experiment => experiment.MakeRunner = _ => runner);
    public AutoMLExperiment SetTuner<TTuner>(TTuner proposer) where TTuner : class, ITuner =>
        With(experiment => experiment.MakeTuner = _ => proposer);
    public AutoMLExperiment SetTuner<TTuner>(Func<IServiceProvider, TTuner> factory) where TTuner : class, ITuner =>
        With(experiment => experiment.MakeTuner = settings => factory(new TunerServices(settings)));

    internal AutoMLExperiment With(Action<AutoMLExperiment> set)
    {
        set(this);
        return this;
    }

    public TrialResult Run() => RunAsync().Result;

    /// <summary>Ends with the best trial so far when the models, the time or the caller's patience run out. A trial that fails is
    /// skipped, unless none has succeeded and it fails of something else than cancellation or memory: that is thrown.</summary>
    public async Task<TrialResult> RunAsync(CancellationToken ct = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (_trainingTime is { } seconds) stop.CancelAfter(TimeSpan.FromSeconds(seconds));
        var channel = ((IChannelProvider)_context).Start(nameof(AutoMLExperiment));
        var monitor = MakeMonitor(channel);
        // Fails before the first trial when something that the runner needs is not set.
        MakeRunner?.Invoke(ChildContext());
        var tuner = MakeTuner?.Invoke(_settings);
        var explored = 0;
        for (var trial = 0; !Stopped(); trial++)
        {
            var settings = new TrialSettings { TrialId = trial, StartedAtUtc = DateTime.UtcNow };
            settings.Parameter = Parameter.CreateNestedParameter();
            settings.Parameter = tuner.Propose(settings);
            monitor?.ReportRunningTrial(settings);
            try
            {
                Contracts.Check(MakeRunner is not null, "No trial runner has been set.");
                using var runner = MakeRunner(ChildContext());
                channel.Trace(MessageSensitivity.None, "trial setting - {0}", JsonSerializer.Serialize(settings));
                var result = await runner.RunAsync(settings, stop.Token);
                result.TrialSettings.EndedAtUtc = DateTime.UtcNow;
                monitor?.ReportCompletedTrial(result);
                tuner.Update(result);
                explored++;
                if (result.Loss < (_best?.Loss ?? double.MaxValue))
                {
                    _best = result;
                    monitor?.ReportBestTrial(result);
                }
            }
            catch (Exception e) when (!Stopped())
            {
                settings.EndedAtUtc = DateTime.UtcNow;
                monitor?.ReportFailTrial(settings, e);
                tuner.Update(new TrialResult { TrialSettings = settings, Loss = double.MaxValue });
                explored++;
                if (_best is null && e is not (OperationCanceledException or OutOfMemoryException)) throw;
            }
            catch (Exception)
            {
                break;
            }
        }
        return _best ?? throw new TimeoutException("Training time finished without completing a successful trial. "
            + "Either no trial completed or the metric for all completed trials are NaN or Infinity");

        bool Stopped() => stop.IsCancellationRequested || explored >= _maxModels;
    }

    /// <summary>Every runner works in a context of its own, which is cancelled alone; its log goes to the main one.</summary>
    private MLContext ChildContext()
    {
        var child = new MLContext(((IHostEnvironmentInternal)_context).Seed)
        {
            GpuDeviceId = _context.GpuDeviceId, FallbackToCpu = _context.FallbackToCpu,
        };
        var channel = ((IChannelProvider)_context).Start($"{nameof(AutoMLExperiment)}-ChildContext");
        child.Log += (_, e) => channel.Send(new ChannelMessage(e.Kind, MessageSensitivity.Unknown, e.Message));
        return child;
    }

    private sealed class TunerServices(AutoMLExperimentSettings settings) : IServiceProvider
    {
        public object GetService(Type serviceType) => serviceType.IsInstanceOfType(settings) ? settings : null;
    }

    public class AutoMLExperimentSettings : ExperimentSettings
    {
        public int? Seed { get; set; }
        public SearchSpace.SearchSpace SearchSpace { get; set; }
    }
}

public abstract class ExperimentSettings
{
    public ExperimentSettings() { }
}
