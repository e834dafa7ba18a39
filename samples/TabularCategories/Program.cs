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
    Description = "a CSV file to learn from, with a line of names (default: taxi-fare-train.csv.gz in tabular of MLNETEXT_DATA)",
};
Option<string?> test = new("--test")
{
    Description = "a CSV file of the same columns to measure with (default: a fifth of the rows; taxi-fare-test.csv.gz beside the " +
        "default)",
};
Option<string?> label = new("--label") { Description = "the column to predict, of numbers (default: fare_amount of the taxi fares)" };
Option<int> epochs = SampleProgram.Count("--epochs", "passes over the rows", defaultValue: 30);
Option<double?> target = new("--target")
{
    Description = "the root mean squared error above which the sample fails (default: that of the worse of the trees)",
};
Option<string> save = new("--save") { Description = "where the trained pipeline is saved", DefaultValueFactory = _ => "table.zip" };
RootCommand root = new("Predicts a number by a table of numbers and categories, beside ML.NET's trees.")
{
    data, test, label, epochs, target, save,
};
root.SetAction(arguments => Run(
    TableFiles.Choose(arguments.GetValue(data), arguments.GetValue(test), arguments.GetValue(label)), arguments.GetValue(epochs),
    arguments.GetValue(target), arguments.GetValue(save)!));
return await SampleProgram.RunAsync(root, args);

static int Run(TableFiles files, int epochs, double? target, string modelPath)
{
    Stopwatch watch = Stopwatch.StartNew();
    MLContext ml = new(seed: 1);
    TableColumns columns = files.Train.Inspect(files.Label);
    (IDataView train, IDataView test) = files.Load(ml, columns);
    Console.WriteLine($"Data: {files.Train.Origin}; {Count(train)} rows to learn from, {Count(test)} to measure with");
    Console.WriteLine($"Numbers: {List(columns.Numbers)}; categories: {List(columns.Categories)}; left out: {List(columns.LeftOut)}");

    (ITransformer model, Result network) = TrainingDisplay.Run(
        progress => Measure("NeuralNetwork", Pipelines.Network(ml, columns, epochs, progress)), unit: "rows",
        metric: value => $"mean absolute error {value:F4}");
    Result[] results = [network, .. Pipelines.Trees(ml, columns).Select(trees => Measure(trees.Name, trees.Pipeline).Result)];

    Table table = new Table().Border(TableBorder.Rounded).AddColumns("trainer", "RMSE", "MAE", "R²", "seconds");
    foreach (Result result in results)
        table.AddRow(
            result.Name, Number(result.Metrics.RootMeanSquaredError), Number(result.Metrics.MeanAbsoluteError),
            Number(result.Metrics.RSquared), result.Seconds.ToString("F1", CultureInfo.InvariantCulture));
    AnsiConsole.Write(table);

    ml.Model.Save(model, train.Schema, modelPath);
    ITransformer loaded = new MLContext().Model.Load(modelPath, out _);
    bool bitEqual = Scores(model).SequenceEqual(Scores(loaded));
    Console.WriteLine($"Saved {modelPath}; loaded again it gives {(bitEqual ? "the same" : "OTHER")} scores.");

    double rmse = network.Metrics.RootMeanSquaredError;
    double limit = target ?? results[1..].Max(result => result.Metrics.RootMeanSquaredError);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"result rmse={rmse:F4} target={limit:F4} {string.Join(' ', results[1..].Select(Text))} network_seconds={network.Seconds:F1} epochs={epochs} " +
        $"bit_equal={(bitEqual ? "true" : "false")} seconds={watch.Elapsed.TotalSeconds:F1}"));
    return rmse <= limit && bitEqual ? 0 : 1;

    (ITransformer Model, Result Result) Measure(string name, IEstimator<ITransformer> pipeline)
    {
        Stopwatch watch = Stopwatch.StartNew();
        ITransformer model = pipeline.Fit(train);
        double seconds = watch.Elapsed.TotalSeconds;
        return (model, new(name, ml.Regression.Evaluate(model.Transform(test), columns.Label), seconds));
    }

    IEnumerable<float> Scores(ITransformer model) => model.Transform(test).GetColumn<float>("Score");

    static string Text(Result result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Name.ToLowerInvariant()}_rmse={result.Metrics.RootMeanSquaredError:F4} " +
        $"{result.Name.ToLowerInvariant()}_seconds={result.Seconds:F1}");
}

static long Count(IDataView rows) => rows.GetRowCount() ?? rows.GetColumn<float>(rows.Schema[0].Name).LongCount();

static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

static string List(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

/// <summary>What a trainer came to.</summary>
internal sealed record Result(string Name, RegressionMetrics Metrics, double Seconds);
