using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Samples;
using Samples.TabularCategories;
using Spectre.Console;

Option<string?> data = new("--data")
{
    Description = "a table to learn from, separated by commas, semicolons or tabs, gzipped or not (default: taxi-fare-train.csv.gz in " +
        "tabular of MLNETEXT_DATA)",
};
Option<string?> test = new("--test")
{
    Description = "a table of the same columns to measure with (default: a fifth of the rows; taxi-fare-test.csv.gz beside the default)",
};
Option<string?> label = new("--label")
{
    Description = "the column to predict, by name or number from 0 (default: fare_amount of the taxi fares)",
};
Option<TableTaskKind?> task = new("--task")
{
    Description = "what the label is: numbers or classes (default: texts, and numbers of two values, are classes)",
};
Option<int> epochs = SampleProgram.Count("--epochs", "passes over the rows", defaultValue: 30);
Option<double?> target = new("--target")
{
    Description = "the root mean squared error above which, or the accuracy below which the sample fails (default: that of the worse of " +
        "the trees)",
};
Option<string> save = new("--save") { Description = "where the trained pipeline is saved", DefaultValueFactory = _ => "table.zip" };
RootCommand root = new("Predicts a column of a table by the others, numbers and categories, beside ML.NET's trees.")
{
    data, test, label, task, epochs, target, save,
};
root.SetAction(arguments => Run(
    TableFiles.Choose(arguments.GetValue(data), arguments.GetValue(test), arguments.GetValue(label)), arguments.GetValue(task),
    arguments.GetValue(epochs), arguments.GetValue(target), arguments.GetValue(save)!));
return await SampleProgram.RunAsync(root, args);

static int Run(TableFiles files, TableTaskKind? kind, int epochs, double? target, string modelPath)
{
    Stopwatch watch = Stopwatch.StartNew();
    MLContext ml = new(seed: 1);
    TableColumns columns = files.Train.Inspect(files.Label, kind);
    (IDataView train, IDataView test) = files.Load(ml, columns);
    Console.WriteLine($"Data: {files.Train.Origin}; {Count(train)} rows to learn from, {Count(test)} to measure with");
    Console.WriteLine($"Label: {columns.Label}, {(columns.Classes is { } classes ? $"{classes.Count} classes" : "numbers")}");
    Console.WriteLine($"Numbers: {List(columns.Numbers)}; categories: {List(columns.Categories)}; left out: {List(columns.LeftOut)}");

    TableTask task = TableTask.Of(ml, columns);
    (ITransformer model, Result network) = TrainingDisplay.Run(
        progress => Measure("NeuralNetwork", task.Network(epochs, progress)), unit: "rows");
    Result[] results = [network, .. task.Trees().Select(trees => Measure(trees.Name, trees.Pipeline).Result)];

    Table table = new Table().Border(TableBorder.Rounded).AddColumns(["trainer", .. task.MetricNames, "seconds"]);
    foreach (Result result in results)
        table.AddRow([result.Name, .. result.Metrics.Select(Number), result.Seconds.ToString("F1", CultureInfo.InvariantCulture)]);
    AnsiConsole.Write(table);

    ml.Model.Save(model, train.Schema, modelPath);
    ITransformer loaded = new MLContext().Model.Load(modelPath, out _);
    bool bitEqual = task.Scores(model.Transform(test)).SequenceEqual(task.Scores(loaded.Transform(test)));
    Console.WriteLine($"Saved {modelPath}; loaded again it gives {(bitEqual ? "the same" : "OTHER")} scores.");

    string metric = task.MetricNames[0].ToLowerInvariant();
    IEnumerable<double> trees = results[1..].Select(result => result.Metrics[0]);
    double reached = network.Metrics[0], limit = target ?? (task.HigherIsBetter ? trees.Min() : trees.Max());
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"result {metric}={reached:F4} target={limit:F4} {string.Join(' ', results[1..].Select(Text))} " +
        $"network_seconds={network.Seconds:F1} epochs={epochs} bit_equal={(bitEqual ? "true" : "false")} " +
        $"seconds={watch.Elapsed.TotalSeconds:F1}"));
    return (task.HigherIsBetter ? reached >= limit : reached <= limit) && bitEqual ? 0 : 1;

    (ITransformer Model, Result Result) Measure(string name, IEstimator<ITransformer> pipeline)
    {
        Stopwatch watch = Stopwatch.StartNew();
        ITransformer model = pipeline.Fit(train);
        double seconds = watch.Elapsed.TotalSeconds;
        return (model, new(name, task.Measure(model.Transform(test)), seconds));
    }

    string Text(Result result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Name.ToLowerInvariant()}_{metric}={result.Metrics[0]:F4} {result.Name.ToLowerInvariant()}_seconds={result.Seconds:F1}");
}

static long Count(IDataView rows)
{
    if (rows.GetRowCount() is { } known)
        return known;
    using DataViewRowCursor cursor = rows.GetRowCursor([]);
    long count = 0;
    while (cursor.MoveNext())
        count++;
    return count;
}

static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

static string List(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

/// <summary>What a trainer came to.</summary>
internal sealed record Result(string Name, double[] Metrics, double Seconds);
