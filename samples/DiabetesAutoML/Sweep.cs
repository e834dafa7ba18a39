using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using MLNetExtensions.AutoML;
using MLNetExtensions.Networks.Training;
using Samples.Diabetes;
using Spectre.Console;

namespace Samples.DiabetesAutoML;

/// <summary>The sweep: what is searched, and how a trial is measured.</summary>
internal static class Sweep
{
    /// <summary>The folds of a trial. The final comparison has others.</summary>
    private const int Folds = 10;

    /// <summary>What proposes the trials; null is what the pipeline brings with it.</summary>
    public static readonly IReadOnlyDictionary<string, Action<AutoMLExperiment>?> Tuners = new Dictionary<string, Action<AutoMLExperiment>?>
    {
        ["tree-parzen"] = experiment => experiment.SetTreeParzenTuner(),
        ["cost-frugal"] = null,
        ["random"] = experiment => experiment.SetRandomSearchTuner(),
    };

    /// <summary>The preparation and the network, both searched.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="seed">Decides initial weights and the order of rows.</param>
    /// <param name="progress">Hears of the training of each fold.</param>
    public static SweepablePipeline Pipeline(MLContext ml, int seed = 1, IProgress<TrainingProgress>? progress = null)
    {
        // 768 patients are few, and their folds smaller: tiny networks and high rates do well by luck of their initial weights.
        SearchSpace<NeuralNetworkHyperparameters> space = new()
        {
            [nameof(NeuralNetworkHyperparameters.Width)] = new ChoiceOption([32, 64, 128], 64),
            [nameof(NeuralNetworkHyperparameters.LearningRate)] = new UniformDoubleOption(1e-4, 0.01, logBase: true, 1e-3),
        };
        return ml.Auto()
            .CreateSweepableEstimator((context, option) => DiabetesPipeline.Preparation(context, option), new SearchSpace<PreparationOption>())
            .Append(ml.Auto().NeuralNetworkBinary(DiabetesPipeline.Label, DiabetesPipeline.Features, searchSpace: space, configure: options =>
            {
                options.Schedule = new CosineSchedule();
                options.Seed = seed;
                options.Progress = progress;
            }));
    }

    /// <summary>Runs the experiment with a live line of progress, or a line for each best trial where there is no terminal.</summary>
    public static (TrialResult Best, SweepMonitor Monitor) Run(
        MLContext ml, SweepablePipeline pipeline, IDataView patients, string tuner, int trials, uint seconds) => AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
        .Start(display =>
        {
            ProgressTask task = display.AddTask("sweep", maxValue: trials);
            double best = double.PositiveInfinity;
            SweepMonitor monitor = new(pipeline, Report);
            AutoMLExperiment experiment = ml.Auto().CreateExperiment()
                .SetPipeline(pipeline)
                .SetDataset(patients, Folds)
                .SetBinaryClassificationMetric(BinaryClassificationMetric.AreaUnderRocCurve, DiabetesPipeline.Label)
                .SetMaxModelToExplore(trials)
                .SetTrainingTimeInSeconds(seconds)
                .SetMonitor(monitor);
            Tuners[tuner]?.Invoke(experiment);
            try
            {
                TrialResult result = experiment.RunAsync().GetAwaiter().GetResult();
                task.Value = trials;
                return (result, monitor);
            }
            catch (TimeoutException e)
            {
                throw new InvalidOperationException($"No trial ended within {seconds} seconds: give the sweep more (--time).", e);
            }

            void Report(SweepTrial trial)
            {
                if (trial.State == SweepTrialState.Running)
                {
                    task.Description = $"trial {trial.Id}: {trial.Network}";
                    return;
                }
                task.Increment(1);
                if (trial.Loss < best)
                {
                    best = trial.Loss;
                    AnsiConsole.WriteLine($"{trial}");
                }
            }
        });

    /// <summary>Writes the best trials.</summary>
    public static void PrintLeaderboard(SweepMonitor monitor, int count)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title($"The best of {monitor.Trials.Count} trials, mean of {Folds} folds")
            .AddColumn(new TableColumn("ROC-AUC").RightAligned()).AddColumn(new TableColumn("trial").RightAligned())
            .AddColumn(new TableColumn("seconds").RightAligned()).AddColumn("preparation").AddColumn("network");
        foreach (SweepTrial trial in monitor.Leaderboard.Take(count))
            table.AddRow(
                Text($"{trial.Metric:F4}"), Text($"{trial.Id}"), Text($"{trial.Duration.TotalSeconds:F2}"),
                Text($"{Preparation(trial.Settings)}"), Text($"{trial.Network}"));
        AnsiConsole.Write(table);

        static string Text(FormattableString text) => Markup.Escape(FormattableString.Invariant(text));
    }

    /// <summary>The first step of the pipeline, in AutoML's own notation.</summary>
    private static PreparationOption Preparation(TrialSettings trial) => trial.Parameter["_pipeline_"]["e0"].AsType<PreparationOption>();
}
