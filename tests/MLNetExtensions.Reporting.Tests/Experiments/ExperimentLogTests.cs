using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Reporting.Experiments;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Reporting.Tests.Experiments;

public sealed class ExperimentLogTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ExperimentLog _log;

    public ExperimentLogTests() => _log = new(_folder.File("log"));

    [Fact]
    public void A_run_is_on_the_disk_while_it_goes_on()
    {
        using ExperimentRun run = _log.Start("first");
        run.LogOptions(new NeuralNetworkRegressionTrainer.Options { Epochs = 3 });
        run.LogMetric("RMSE", 2.5, step: 1);
        run.LogMetric("RMSE", 1.5, step: 2);
        RunRecord read = Assert.Single(_log.Runs);
        Assert.Equal(("first", RunStatus.Running, null), (read.Name, read.Status, read.Ended));
        Assert.Equal("3", read.Options["Epochs"]);
        Assert.Equal("0.001", read.Options["LearningRate"]);
        Assert.DoesNotContain("Optimizer.DefaultLearningRate", read.Options.Keys);
        Assert.Equal(1.5, read.Metrics["RMSE"]);
        Assert.True(read.Environment.ContainsKey(".NET"));

        run.Complete();
        read = Assert.Single(_log.Runs);
        Assert.Equal(RunStatus.Finished, read.Status);
        Assert.True(read.Duration >= TimeSpan.Zero);
        Assert.Throws<InvalidOperationException>(run.Complete);
    }

    [Fact]
    public void Options_of_transfer_learning_are_a_few_words()
    {
        NetworkDefinition network = FeedForward.Create(new(4), 2, [3]);
        using ExperimentRun run = _log.Start("transfer");
        run.LogOptions(new NeuralNetworkRegressionTrainer.Options
        {
            InitialWeights = NetworkWeights.Initialize(network, 1),
            Frozen = ["0"],
            FrozenEpochs = new Dictionary<string, int> { ["1"] = 5 },
            LearningRateFactors = new Dictionary<string, double> { ["1"] = 0.1, ["2"] = 2 },
        });
        IReadOnlyDictionary<string, string> options = run.Record.Options;
        Assert.Equal(
            ("4 tensors", "0", "1: 5", "1: 0.1, 2: 2"),
            (options["InitialWeights"], options["Frozen"], options["FrozenEpochs"], options["LearningRateFactors"]));
    }

    [Fact]
    public void A_run_given_up_or_broken_off_has_failed()
    {
        _log.Start("given up").Dispose();
        using (ExperimentRun run = _log.Start("broken"))
            run.Fail(new InvalidDataException("no such column"));
        Assert.Equal(
            [("broken", RunStatus.Failed, "no such column"), ("given up", RunStatus.Failed, "The run was given up.")],
            _log.Runs.Select(run => (run.Name, run.Status, run.Error)).OrderBy(run => run.Name));
    }

    [Fact]
    public void Values_that_are_not_finite_survive()
    {
        using (ExperimentRun run = _log.Start("diverged"))
        {
            run.LogMetric("loss", double.NaN);
            run.LogMetric("best", double.PositiveInfinity);
            run.Complete();
        }
        RunRecord read = Assert.Single(_log.Runs);
        Assert.Equal((double.NaN, double.PositiveInfinity), (read.Metrics["loss"], read.Metrics["best"]));
    }

    [Fact]
    public void Fingerprints_tell_data_apart_by_any_value()
    {
        float[][] rows = [[1, 2], [3, 4]];
        string[] fingerprints;
        using (ExperimentRun run = _log.Start("data"))
        {
            run.LogData("a", Table(rows, "x", "y"));
            run.LogData("same", Table([[1, 2], [3, 4]], "x", "y"));
            run.LogData("value", Table([[1, 2], [3, 5]], "x", "y"));
            run.LogData("text", Table(rows, "xy", ""));
            run.LogData("order", Table([[3, 4], [1, 2]], "y", "x"));
            fingerprints = [.. new[] { "a", "same", "value", "text", "order" }.Select(role => run.Record.Data[role])];
        }
        Assert.Equal(fingerprints[0], fingerprints[1]);
        Assert.Equal(4, fingerprints.Distinct().Count());
        Assert.StartsWith("2 rows, ", fingerprints[0]);

        static IDataView Table(float[][] rows, params string[] texts) => new TableView(
            TableColumn.Vector("Features", NumberDataViewType.Single, rows), TableColumn.Text("Text", texts));
    }

    [Fact]
    public void A_model_and_a_report_are_kept_with_the_run()
    {
        MLContext ml = new(seed: 1);
        TableView data = new(TableColumn.Single("A", 1, 2, 3));
        using ExperimentRun run = _log.Start("model");
        run.LogModel(ml, ml.Transforms.CopyColumns("B", "A").Fit(data), data.Schema);
        run.LogReport(new HtmlReport("Run").AddText("Note", "kept"));
        run.Complete();
        ITransformer loaded = ml.Model.Load(Path.Combine(run.Folder, "model.zip"), out _);
        Assert.NotNull(loaded.Transform(data).Schema.GetColumnOrNull("B"));
        Assert.Contains("kept", File.ReadAllText(Path.Combine(run.Folder, "report.html")));
    }

    [Fact]
    public void Runs_are_compared_by_a_metric_and_by_the_options_in_which_they_differ()
    {
        foreach ((string name, int width, double auc) in new[] { ("small", 8, 0.81), ("large", 64, 0.86), ("broken", 32, double.NaN) })
        {
            using ExperimentRun run = _log.Start(name);
            run.LogOption("width", width);
            run.LogOption("epochs", 20);
            run.LogMetric("AUC", auc);
            run.Complete();
        }
        RunComparison comparison = new(_log.Runs, orderBy: "AUC", higherIsBetter: true);
        string[] lines = comparison.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Contains("width", lines[0]);
        Assert.DoesNotContain("epochs", lines[0]);
        Assert.Equal(["large", "small", "broken"], lines.Skip(1).Select(line => line.Split(' ')[0]));
        Assert.Contains("0.86", lines[1]);
        string html = comparison.ToReport().ToHtml();
        Assert.True(html.IndexOf("large", StringComparison.Ordinal) < html.IndexOf("small", StringComparison.Ordinal));

        ArgumentException e = Assert.Throws<ArgumentException>(() => new RunComparison(_log.Runs, "F1"));
        Assert.Contains("'F1'; there is AUC", e.Message);
    }

    [Fact]
    public void MLflow_finds_runs_parameters_and_metrics_in_their_files()
    {
        using (ExperimentRun run = _log.Start("wide"))
        {
            run.LogOption("Epochs", 2);
            run.LogHistory(new("accuracy", [
                new(1, 0.7, 0.8, 0.01, 1, 10) { ValidationMetrics = new("accuracy", 0.5) },
                new(2, 0.4, 0.6, 0.01, 1, 10) { ValidationMetrics = new("accuracy", 0.75) },
            ]));
            run.Complete();
        }
        string store = _folder.File("mlruns");
        MlflowExport.Write(_log, store, "Diabetes");
        MlflowExport.Write(_log, store, "Diabetes");        // again: replaced, not doubled

        string experiment = Assert.Single(Directory.GetDirectories(store));
        Assert.Contains("name: \"Diabetes\"", File.ReadAllText(Path.Combine(experiment, "meta.yaml")));
        string exported = Assert.Single(Directory.GetDirectories(experiment));
        string meta = File.ReadAllText(Path.Combine(exported, "meta.yaml"));
        Assert.Contains($"run_id: \"{Path.GetFileName(exported)}\"", meta);
        Assert.Contains("status: 3\n", meta);
        Assert.Equal("2", File.ReadAllText(Path.Combine(exported, "params", "Epochs")));
        Assert.Equal("wide", File.ReadAllText(Path.Combine(exported, "tags", "mlflow.runName")));
        string[][] accuracy = [.. File.ReadLines(Path.Combine(exported, "metrics", "validation accuracy")).Select(line => line.Split(' '))];
        Assert.Equal(["0.5", "0.75"], accuracy.Select(line => line[1]));
        Assert.Equal(["1", "2"], accuracy.Select(line => line[2]));
        Assert.All(accuracy, line => Assert.InRange(long.Parse(line[0]), 1_700_000_000_000, 4_000_000_000_000));
    }

    [Fact]
    public void A_broken_record_is_named()
    {
        using (ExperimentRun run = _log.Start("one"))
            File.WriteAllText(Path.Combine(run.Folder, "run.json"), "{\"id\": 1");
        // Disposal has replaced it by a good one; this one stays.
        string broken = Path.Combine(Assert.Single(Directory.GetDirectories(_log.Folder)), "run.json");
        File.WriteAllText(broken, "{\"id\": 1");
        Assert.Contains(broken, Assert.Throws<FormatException>(() => _log.Runs).Message);
    }

    public void Dispose() => _folder.Dispose();
}
