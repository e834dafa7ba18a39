using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples.Forecasting;

/// <summary>The networks that the sample can train, each with the training that suits it.</summary>
internal static class ForecastingNetworks
{
    public const string DLinear = "dlinear", Recurrent = "recurrent", Transformer = "transformer";

    public static IReadOnlyList<string> Names { get; } = [DLinear, Recurrent, Transformer];

    /// <summary>The mean squared error on ETTh1, 96 hours ahead, above which the sample fails.</summary>
    public static double BenchmarkTarget(string network) => network == DLinear ? 0.380 : 0.400;

    public static NeuralNetworkForecastingTrainer.Options Options(string network, int epochs) => network switch
    {
        // Learning rate, batches and the halving of the rate are those of the paper's code.
        DLinear => new()
        {
            Epochs = epochs, LearningRate = 5e-3, Schedule = new ExponentialSchedule(0.5), EarlyStopping = new(Patience: 3), Seed = 1,
        },
        Recurrent => new()
        {
            Architecture = (shape, outputs) => RecurrentForecaster.Create(
                shape, outputs / shape.Channels, SegmentLength(shape[1]), hiddenSize: 128, dropout: 0.3),
            Epochs = epochs, LearningRate = 1e-3, Schedule = new ExponentialSchedule(0.7), EarlyStopping = new(Patience: 3), Seed = 1,
        },
        _ => new()
        {
            Architecture = (shape, outputs) => TransformerForecaster.Create(shape, outputs / shape.Channels, dropout: 0.3),
            Epochs = epochs, LearningRate = 2e-4, Schedule = new ExponentialSchedule(0.7), EarlyStopping = new(Patience: 3), Seed = 1,
        },
    };

    /// <summary>The longest segment of at most a day of hours that windows are a multiple of.</summary>
    private static int SegmentLength(int length) => Enumerable.Range(1, 24).Last(steps => length % steps == 0);
}
