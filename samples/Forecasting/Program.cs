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
    Description = "a CSV file of series with a line of names (default: ETTh1 in MLNETEXT_DATA or from its source)",
};
Option<string?> time = new("--time") { Description = "the column of times, by which missing steps are found" };
Option<string[]> series = new("--series")
{
    Description = "the columns to forecast (default: all numbers)", AllowMultipleArgumentsPerToken = true,
};
Option<int> horizon = SampleProgram.Count("--horizon", "steps to forecast", defaultValue: 96);
Option<int> length = SampleProgram.Count("--length", "steps to forecast from", defaultValue: 336);
Option<string> network = new("--network") { Description = "what forecasts", DefaultValueFactory = _ => ForecastingNetworks.DLinear };
network.AcceptOnlyFromAmong([.. ForecastingNetworks.Names]);
Option<int> epochs = SampleProgram.Count("--epochs", "passes over the windows, at most", defaultValue: 10);
Option<bool> fill = new("--fill") { Description = "carries the last value over missing ones and missing steps, which else are an error" };
Option<double?> target = new("--target")
{
    Description = "the mean squared error, of values standardised by the training part, above which the sample fails (default: 0.380 " +
        "and 0.400 on ETTh1, elsewhere that of the last value carried on)",
};
Option<string> save = new("--save") { Description = "where the trained model is saved", DefaultValueFactory = _ => "forecaster.zip" };
RootCommand root = new("Forecasts series by a network.") { data, time, series, horizon, length, network, epochs, fill, target, save };
root.SetAction((arguments, _) => RunAsync(
    arguments.GetValue(data), arguments.GetValue(time), arguments.GetValue(series)!, arguments.GetValue(horizon),
    arguments.GetValue(length), arguments.GetValue(network)!, arguments.GetValue(epochs),
    arguments.GetValue(fill) ? MissingSteps.CarryForward : MissingSteps.Error, arguments.GetValue(target), arguments.GetValue(save)!));
return await SampleProgram.RunAsync(root, args);

static async Task<int> RunAsync(
    string? path, string? timeColumn, string[] columns, int horizon, int length, string network, int epochs, MissingSteps missing,
    double? target, string modelPath)
{
    Stopwatch watch = Stopwatch.StartNew();
    SeriesFile file = await SeriesFile.FindAsync(path, timeColumn, columns);
    Console.WriteLine($"Data: {file.Origin}; {string.Join(", ", file.Series)}");
    MLContext ml = new(seed: 1);
    IDataView table = file.Load(ml);
    // Windows of one step are the steps themselves, missing ones filled.
    float[][] steps = [.. Windows(1, 0, ..).GetColumn<float[]>("Features")];
    Parts parts = file.IsBenchmark ? Parts.OfBenchmark : Parts.OfLength(steps.Length);
    IDataView training = Windows(length, horizon, parts.Training), test = Windows(length, horizon, parts.Test);
    Console.WriteLine($"{steps.Length} steps; {training.GetRowCount()} windows to learn from, {test.GetRowCount()} to measure with");

    NeuralNetworkForecastingTrainer.Options options = ForecastingNetworks.Options(network, epochs);
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
    double naive = Naive(test, file.Series.Count, deviations);
    for (int i = 0; i < file.Series.Count; i++)
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{file.Series[i],-12} mean squared error {metrics.MeanSquaredErrors[i]:G4}"));

    ml.Model.Save(model, training.Schema, modelPath);
    ITransformer loaded = new MLContext().Model.Load(modelPath, out _);
    bool bitEqual = Scores(forecasts).SequenceEqual(Scores(loaded.Transform(test)));
    float[] next = loaded.Transform(Windows(length, 0, ^0..)).GetColumn<float[]>("Score").Single();
    Console.WriteLine(
        $"Saved {modelPath}; loaded again it gives {(bitEqual ? "the same" : "OTHER")} forecasts. Next of {file.Series[^1]}: " +
        string.Join(", ", next[^horizon..].Take(5).Select(value => value.ToString("G4", CultureInfo.InvariantCulture))) + ", …");

    double limit = target ?? (file.IsBenchmark && horizon == 96 ? ForecastingNetworks.BenchmarkTarget(network) : naive);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"result mse={mse:F4} mae={mae:F4} naive_mse={naive:F4} target={limit:F4} network={network} horizon={horizon} " +
        $"epochs={model.History.Count} bit_equal={(bitEqual ? "true" : "false")} seconds={watch.Elapsed.TotalSeconds:F1}"));
    return mse <= limit && bitEqual ? 0 : 1;

    IDataView Windows(int length, int horizon, Range targets) => ml.Data.CreateWindows(
        table, file.Series, length, horizon, targets: targets, timeColumnName: file.TimeColumn, missingSteps: missing);

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

// The standardised mean squared error of the last value carried on.
static double Naive(IDataView windows, int series, double[] deviations)
{
    (double sum, long count) = (0, 0);
    foreach ((float[] known, float[] label) in windows.GetColumn<float[]>("Features").Zip(windows.GetColumn<float[]>("Label")))
    {
        (int length, int horizon) = (known.Length / series, label.Length / series);
        for (int i = 0; i < label.Length; i++, count++)
            sum += Math.Pow((label[i] - known[(i / horizon + 1) * length - 1]) / deviations[i / horizon], 2);
    }
    return sum / count;
}
