using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Evaluation;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;
using Samples;
using Samples.Forecasting;

Option<string?> data = new("--data")
{
    Description = "a table of series, a row a step, separated by commas, semicolons or tabs, gzipped or not (default: ETTh1 in " +
        "MLNETEXT_DATA or from its source)",
};
Option<string[]> time = Names("--time", "the column of times, by which missing steps are found, or several, as day and hour; none to " +
    "take rows as equal steps (default: the first column of dates, if there is one)");
Option<string?> timeFormat = new("--time-format")
{
    Description = "how times are written, as dd/MM/yyyy HH:mm (default: found out, where it is not ambiguous)",
};
Option<string[]> series = Names("--series", "the columns to forecast, by name or number from 0 (default: all of numbers)");
Option<string[]> missing = Names("--missing", "what stands for a missing value, as -200 (beside empty cells, ?, NA and the like)");
Option<int> horizon = SampleProgram.Count("--horizon", "steps to forecast", defaultValue: 96);
Option<int?> length = SampleProgram.OptionalCount("--length", "steps to forecast from (default: 336, or a quarter of those to learn from)");
Option<double[]> split = new("--split")
{
    Description = "steps, or shares, to learn from, to stop by and to measure with (default: 12, 4 and 4 months of ETT*, else 0.7 0.1 0.2)",
    AllowMultipleArgumentsPerToken = true,
};
Option<int?> season = SampleProgram.OptionalCount(
    "--season", "steps after which series are alike, for a forecast to compare with (default: by the time between steps)");
Option<string> network = new("--network") { Description = "what forecasts", DefaultValueFactory = _ => ForecastingNetworks.DLinear };
network.AcceptOnlyFromAmong([.. ForecastingNetworks.Names]);
Option<int?> epochs = SampleProgram.OptionalCount("--epochs", "passes over the windows, at most (default: 10, of short series more)");
Option<double?> rate = new("--learning-rate") { Description = "the learning rate (default: one that suits the network)" };
Option<int?> batch = SampleProgram.OptionalCount("--batch-size", "windows from one step of training to the next (default: what suits the network)");
Option<bool> fill = new("--fill") { Description = "carries the last value over missing ones and missing steps, which else are an error" };
Option<double?> target = new("--target")
{
    Description = "the mean squared error, of values standardised by the training part, above which the sample fails (default: 0.380 " +
        "and 0.400 on ETTh1, elsewhere that of the last value carried on)",
};
Option<string> save = new("--save") { Description = "where the trained model is saved", DefaultValueFactory = _ => "forecaster.zip" };
RootCommand root = new("Forecasts series by a network.")
{
    data, time, timeFormat, series, missing, horizon, length, split, season, network, epochs, rate, batch, fill, target, save,
};
root.SetAction(async (arguments, _) =>
{
    SeriesFile file = await SeriesFile.FindAsync(arguments.GetValue(data), new()
    {
        Time = arguments.GetValue(time)!,
        TimeFormat = arguments.GetValue(timeFormat),
        Series = arguments.GetValue(series)!,
        Missing = arguments.GetValue(missing)!,
        Fill = arguments.GetValue(fill),
    });
    return Run(
        file, arguments.GetValue(fill) ? MissingSteps.CarryForward : MissingSteps.Error, arguments.GetValue(split)!,
        arguments.GetValue(length), arguments.GetValue(horizon), arguments.GetValue(season),
        new(arguments.GetValue(network)!, arguments.GetValue(epochs), arguments.GetValue(rate), arguments.GetValue(batch)),
        arguments.GetValue(target), arguments.GetValue(save)!);
});
return await SampleProgram.RunAsync(root, args);

static Option<string[]> Names(string name, string description) =>
    new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

static int Run(
    SeriesFile file, MissingSteps missing, double[] split, int? askedLength, int horizon, int? askedSeason,
    ForecasterOptions asked, double? target, string modelPath)
{
    const int PrintedSeries = 20;
    Stopwatch watch = Stopwatch.StartNew();
    Console.WriteLine($"Data: {file.Origin}; {string.Join(", ", file.Series)}");
    foreach (string remark in file.Remarks)
        Console.WriteLine($"Note: {remark}");
    MLContext ml = new(seed: 1);
    IDataView table = file.Load(ml);
    // Windows of one step are the steps themselves, missing ones filled.
    float[][] steps = [.. Windows(1, 0, ..).GetColumn<float[]>("Features")];
    if (steps.Length > file.Rows)
        Console.WriteLine($"Note: {steps.Length - file.Rows} steps are missing, the last value is carried on");
    Parts parts = Parts.Of(split, file, steps.Length);
    int length = askedLength ?? Math.Clamp(parts.Training.End.Value / 4, 1, ForecastingNetworks.DefaultLength);
    parts.Require(length, horizon);
    IDataView training = Windows(length, horizon, parts.Training), test = Windows(length, horizon, parts.Test);
    Console.WriteLine(
        $"{steps.Length} steps: {parts}; {training.GetRowCount()} windows of {length} to learn from, {test.GetRowCount()} to measure with");

    NeuralNetworkForecastingTrainer.Options options = ForecastingNetworks.Options(asked, training.GetRowCount()!.Value);
    using NeuralNetworkTransformer model = TrainingDisplay.Run(progress =>
    {
        options.Progress = progress;
        return ml.Forecasting.Trainers.NeuralNetwork(options).Fit(training, Windows(length, horizon, parts.Validation));
    }, unit: "windows", metric: value => $"mean absolute error {value:F4}");
    Console.WriteLine(model.Model.Definition);

    IDataView forecasts = model.Transform(test);
    ForecastingMetrics metrics = ml.Forecasting.Evaluate(forecasts);
    double[] deviations = Deviations(steps[parts.Training], file.Series.Count);
    double mse = Standardized(metrics.MeanSquaredErrors, power: 2);
    double mae = Standardized(metrics.MeanAbsoluteErrors, power: 1);
    double naive = Baseline.MeanSquaredError(test, deviations, period: 1);
    int? season = askedSeason ?? Season.Of(file.Interval);
    double? seasonal = season is { } period && period <= length ? Baseline.MeanSquaredError(test, deviations, period) : null;
    for (int i = 0; i < Math.Min(file.Series.Count, PrintedSeries); i++)
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{file.Series[i],-12} mean squared error {metrics.MeanSquaredErrors[i]:G4}, standardised " +
            $"{metrics.MeanSquaredErrors[i] / (deviations[i] * deviations[i]):F4}"));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"mean of all, standardised: {mse:F4}; the last value carried on {naive:F4}{Seasonal($", the last {season} steps ")}"));

    ml.Model.Save(model, training.Schema, modelPath);
    ITransformer loaded = new MLContext().Model.Load(modelPath, out _);
    bool bitEqual = Scores(forecasts).SequenceEqual(Scores(loaded.Transform(test)));
    float[] next = loaded.Transform(Windows(length, 0, ^0..)).GetColumn<float[]>("Score").Single();
    Console.WriteLine(
        $"Saved {modelPath}; loaded again it gives {(bitEqual ? "the same" : "OTHER")} forecasts. Next of {file.Series[^1]}: " +
        string.Join(", ", next[^horizon..].Take(5).Select(value => value.ToString("G4", CultureInfo.InvariantCulture))) + ", …");

    if (mse > naive)
        Console.WriteLine(
            "The network is no better than the last value carried on: the series may be too short, or have nothing to learn. Try " +
            "--network recurrent, another --length or --learning-rate.");
    double limit = target ?? (file.IsBenchmark && horizon == 96 ? ForecastingNetworks.BenchmarkTarget(asked.Network) : naive);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"result mse={mse:F4} mae={mae:F4} naive_mse={naive:F4}{Seasonal(" seasonal_mse=")} target={limit:F4} network={asked.Network} " +
        $"horizon={horizon} length={length} " +
        $"epochs={model.History.Count} bit_equal={(bitEqual ? "true" : "false")} seconds={watch.Elapsed.TotalSeconds:F1}"));
    return mse <= limit && bitEqual ? 0 : 1;

    IDataView Windows(int length, int horizon, Range targets)
    {
        try
        {
            return ml.Data.CreateWindows(
                table, [SeriesFile.Values], length, horizon, targets: targets, timeColumnName: file.HasTimes ? SeriesFile.Time : null,
                missingSteps: missing);
        }
        catch (InvalidOperationException e) when (e.Message.Contains(nameof(MissingSteps.CarryForward)))
        {
            throw new InvalidOperationException($"{e.Message} In this sample: --fill, or --time none.", e);
        }
    }

    string Seasonal(string words) => seasonal is { } error ? string.Create(CultureInfo.InvariantCulture, $"{words}{error:F4}") : "";

    double Standardized(IReadOnlyList<double> errors, int power) =>
        errors.Select((error, i) => error / Math.Pow(deviations[i], power)).Average();
}

static IEnumerable<float> Scores(IDataView scored) => scored.GetColumn<float[]>("Score").SelectMany(row => row);

// The deviation of each series in the training part, by which published errors are divided; a constant one has none.
static double[] Deviations(float[][] steps, int series) => [.. Enumerable.Range(0, series).Select(i =>
{
    double mean = steps.Average(step => (double)step[i]);
    double variance = steps.Average(step => (step[i] - mean) * (step[i] - mean));
    return variance > 0 ? Math.Sqrt(variance) : 1;
})];
