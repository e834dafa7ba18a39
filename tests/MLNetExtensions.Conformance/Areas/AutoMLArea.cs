using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Space = Microsoft.ML.SearchSpace.SearchSpace;

namespace MLNetExtensions.Conformance;

/// <summary>Experiments: the calls of tuner, runner and monitor in order, and what a run gave or threw.</summary>
public sealed class AutoMLArea : IArea
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "automl";

    public sealed class Choose
    {
        [Choice("A", "B", "C")] public string Source { get; set; } = "A";
    }

    public sealed class Mix
    {
        [Range(0f, 1f, 0.5f)] public float W { get; set; } = 0.5f;
    }

    public sealed class Row
    {
        public float A { get; set; }

        public float B { get; set; }
    }

    public sealed class Scored
    {
        public float Score { get; set; }
    }

    public JsonObject Run(JsonObject @case)
    {
        var args = @case["args"];
        var log = new Log();
        using var caller = new CancellationTokenSource();
        var monitor = new Monitor(log, "monitor", args.Bool("monitorThrows"));
        var runner = @case.Str("op") == "Scripted" ? new Runner(args.List("script"), log, caller) : null;
        TrialResult best = null;
        JsonObject record;
        try
        {
            var context = new MLContext(seed: 1);
            var experiment = context.Auto().CreateExperiment();
            if (runner is not null)
                SetScripted(experiment, args, log, monitor, runner);
            else
                SetPipeline(context, experiment, args, @case["input"], monitor);
            if (args.Bool("cancelFirst"))
                caller.Cancel();
            best = Run(experiment, args, caller);
            if (args.Bool("runTwice"))
            {
                log.Add("second run");
                best = experiment.Run();
            }
            record = J.O(("best", Record(best)));
        }
        catch (Exception e) when (e is not NotOfferedException)
        {
            record = Recorder.Throws(e);
        }
        var onlyKinds = args.Bool("onlyKinds");
        var calls = log.Lines;
        if (onlyKinds)
            record["kindsOfCalls"] = J.Arr(calls.Select(call => string.Join(" ", call.Split(' ').Take(2))).Distinct());
        else
            record["calls"] = J.Arr(calls);
        if (runner is not null)
        {
            record["runnerTrials"] = onlyKinds ? null : runner.Trials;
            record["runnerDisposedOncePerTrial"] = runner.Disposed == runner.Trials;
        }
        if (monitor.Completed.Count == 0 || onlyKinds)
            return record;
        if (runner is not null)
            record["completed"] = J.Arr(monitor.Completed.Select(Record));
        else
            RecordInvariants(record, monitor.Completed, best, calls, args.Bool("recordLosses"));
        return record;
    }

    private static TrialResult Run(AutoMLExperiment experiment, JsonNode args, CancellationTokenSource caller)
    {
        var run = args.Bool("sync") ? Task.Run(experiment.Run) : Task.Run(() => experiment.RunAsync(caller.Token));
        if (args.IntOrNull("cancelAfterMilliseconds") is { } milliseconds)
            caller.CancelAfter(milliseconds);
        if (!Task.WhenAny(run).Wait(Patience))
            throw new TimeoutException("the experiment did not come back");
        return run.GetAwaiter().GetResult();
    }

    private static void SetScripted(AutoMLExperiment experiment, JsonNode args, Log log, Monitor monitor, Runner runner)
    {
        var space = new Space { ["x"] = new UniformIntOption(0, 100) };
        foreach (var set in args.Strs("set") ?? ["space", "tuner", "monitor", "runner", "maxModels"])
            _ = set switch
            {
                "space" => experiment.AddSearchSpace("space", space),
                "tuner" => experiment.SetTuner(new Tuner(log, space)),
                "random tuner" => experiment.SetRandomSearchTuner(1),
                "grid tuner" => experiment.SetGridSearchTuner(),
                "monitor" => experiment.SetMonitor(monitor),
                "second monitor" => experiment.SetMonitor(new Monitor(log, "second", throws: false)),
                "runner" => experiment.SetTrialRunner(runner),
                "maxModels" => experiment.SetMaxModelToExplore(args.Int("maxModels", 3)),
                "more models" => experiment.SetMaxModelToExplore(args.Int("moreModels", 5)),
                "time" => experiment.SetTrainingTimeInSeconds((uint)args.Int("seconds", 1)),
                _ => throw new NotOfferedException(set),
            };
    }

    private static void SetPipeline(MLContext context, AutoMLExperiment experiment, JsonNode args, JsonNode input,
        Monitor monitor)
    {
        var metric = args.EnumOf("metric", RegressionMetric.RootMeanSquaredError);
        var data = context.Data.Cache(new MemoryView(input.List("fit")));
        var pipeline = Pipeline(context, args.Str("pipeline"));
        foreach (var set in args.Strs("set"))
            _ = set switch
            {
                "pipeline" => experiment.SetPipeline(pipeline),
                "folds" => experiment.SetDataset(data, args.Int("folds", 2)),
                "train and test" => experiment.SetDataset(data, data),
                "split" => experiment.SetDataset(context.Data.TrainTestSplit(data, 0.5)),
                "metric" => experiment.SetRegressionMetric(metric, args.Str("label", "Label")),
                "monitor" => experiment.SetMonitor(monitor),
                "maxModels" => experiment.SetMaxModelToExplore(args.Int("maxModels", 6)),
                "time" => experiment.SetTrainingTimeInSeconds((uint)args.Int("seconds", 1)),
                "grid" => experiment.SetGridSearchTuner(3),
                "random" => experiment.SetRandomSearchTuner(1),
                "cfo" => experiment.SetCostFrugalTuner(),
                _ => throw new NotOfferedException(set),
            };
    }

    /// <summary>Pipelines without a trainer: the score is one of three columns, or a weighted sum of two.</summary>
    private static SweepablePipeline Pipeline(MLContext context, string name)
    {
        SweepableEstimator Copy(string output) => context.Auto().CreateSweepableEstimator(
            (own, choose) => own.Transforms.CopyColumns(output, choose.Source), new SearchSpace<Choose>());
        SweepableEstimator Weigh() => context.Auto().CreateSweepableEstimator((own, mix) =>
        {
            var weight = mix.W;
            return own.Transforms.CustomMapping<Row, Scored>(
                (row, scored) => scored.Score = weight * row.A + (1 - weight) * row.B, null);
        }, new SearchSpace<Mix>());
        var nothing = new EstimatorChain<ITransformer>();
        return name switch
        {
            "choose" => nothing.Append(Copy("Score")),
            "mix" => nothing.Append(Weigh()),
            "wrapped" => context.Transforms.CopyColumns("A", "A").Append(Copy("Picked"))
                .Append(context.Transforms.CopyColumns("Score", "Picked")),
            "no score" => nothing.Append(Copy("Other")),
            _ => throw new NotOfferedException(name),
        };
    }

    private static JsonObject Record(TrialResult result) => J.O(
        ("trialId", result.TrialSettings.TrialId), ("loss", result.Loss), ("metric", result.Metric),
        ("durationInMilliseconds", result.Model is null ? result.DurationInMilliseconds : null),
        ("hasModel", result.Model is not null), ("hasEnd", result.TrialSettings.EndedAtUtc is not null),
        ("hasParameter", result.TrialSettings.Parameter is not null));

    /// <summary>What holds whatever the tuner proposes.</summary>
    private static void RecordInvariants(JsonObject record, List<TrialResult> completed, TrialResult best, string[] calls,
        bool recordLosses)
    {
        record.Remove("best");
        record.Remove("calls");
        record["everyTrialHasModel"] = completed.TrueForAll(result => result.Model is not null);
        record["bestIsLeastLoss"] = completed.Min(result => result.Loss) == best.Loss;
        record["bestIsOneOfTheCompleted"] = completed.Contains(best);
        record["topLevelParameterKeys"] = J.Arr(best.TrialSettings.Parameter.Keys.Order(StringComparer.Ordinal));
        record["durationsNotNegative"] = completed.TrueForAll(result => result.DurationInMilliseconds >= 0);
        record["startedBeforeEnded"] = completed.TrueForAll(
            result => !(result.TrialSettings.StartedAtUtc > result.TrialSettings.EndedAtUtc));
        record["completed"] = completed.Count;
        if (recordLosses)
        {
            record["distinctLossAndMetric"] = J.Arr(completed.Select(result => (result.Loss, result.Metric)).Distinct()
                .OrderBy(pair => pair.Loss).Select(pair => J.A(pair.Loss, pair.Metric)));
            record["bestLoss"] = best.Loss;
            record["bestMetric"] = best.Metric;
        }
        else
        {
            record["lossIsMetricOrItsNegative"] = completed.TrueForAll(
                result => Math.Abs(result.Loss) == Math.Abs(result.Metric));
        }
        record["everyTrial"] = J.Arr(Enumerable.Range(0, completed.Count)
            .Select(trial => string.Join(", ", calls.Where(call => call.EndsWith($" {trial}") && !call.Contains("best"))))
            .Select(trial => Regex.Replace(trial, @"\d+", "N")).Distinct());
        record["firstTrialIsBestOnce"] = calls.Count(call => call == "monitor best 0") == 1;
    }

    private sealed class Log
    {
        private readonly List<string> _lines = [];

        public string[] Lines
        {
            get
            {
                lock (_lines) return [.. _lines];
            }
        }

        public void Add(string line)
        {
            lock (_lines) _lines.Add(line);
        }
    }

    private sealed class Monitor(Log log, string name, bool throws) : IMonitor
    {
        public List<TrialResult> Completed { get; } = [];

        public void ReportRunningTrial(TrialSettings settings) => log.Add($"{name} running {settings.TrialId}");

        public void ReportCompletedTrial(TrialResult result)
        {
            log.Add($"{name} completed {result.TrialSettings.TrialId}");
            Completed.Add(result);
            if (throws)
                throw new InvalidOperationException("monitor");
        }

        public void ReportBestTrial(TrialResult result) => log.Add($"{name} best {result.TrialSettings.TrialId}");

        public void ReportFailTrial(TrialSettings settings, Exception exception = null) =>
            log.Add($"{name} failed {settings.TrialId} {exception?.GetType().Name}");
    }

    private sealed class Tuner(Log log, Space space) : ITuner
    {
        private readonly Random _random = new(1);

        public Parameter Propose(TrialSettings settings)
        {
            log.Add($"tuner propose {settings.TrialId}");
            return space.SampleFromFeatureSpace([_random.NextDouble()]);
        }

        public void Update(TrialResult result)
        {
            var loss = result.Loss == double.MaxValue ? "MaxValue" : J.Of(result.Loss).ToJsonString(J.Compact);
            log.Add($"tuner update {result.TrialSettings.TrialId} loss {loss}");
        }
    }

    /// <summary>Plays a script, one entry for a trial; the last one repeats.</summary>
    private sealed class Runner(JsonArray script, Log log, CancellationTokenSource caller) : ITrialRunner
    {
        private const int LongWait = 15_000;

        public int Disposed { get; private set; }

        public int Trials { get; private set; }

        public async Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            log.Add($"runner {settings.TrialId}");
            var entry = script[Math.Min(Trials++, script.Count - 1)];
            TrialResult Result(double loss) =>
                new() { TrialSettings = settings, Loss = loss, Metric = loss * 10, DurationInMilliseconds = 7 };
            if (entry.GetValueKind() == JsonValueKind.Number)
                return Result(J.F64(entry));
            var action = entry.GetValue<string>();
            if (action.StartsWith("cancel"))
                caller.Cancel();
            if (action == "wait")
                await Task.Delay(LongWait, ct);
            return action switch
            {
                "NaN" or "Infinity" or "-Infinity" => Result(J.F64(entry)),
                "cancel" => Result(5),
                "wait" => Result(3),
                "null" => null,
                "cancel-throw" or "throw:OperationCanceled" => throw new OperationCanceledException("runner"),
                "cancel-fail" or "throw:InvalidOperation" => throw new InvalidOperationException("runner"),
                "throw:OutOfMemory" => throw new OutOfMemoryException("runner"),
                _ => throw new NotSupportedException(action),
            };
        }

        public void Dispose() => Disposed++;
    }
}
