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

    /// <summary>The steps to forecast from, where there are enough: two weeks of hours.</summary>
    public const int DefaultLength = 336;

    /// <summary>The passes over a series that is long enough.</summary>
    private const int Epochs = 10;

    /// <summary>The steps of training that an epoch should have.</summary>
    private const int LeastSteps = 100;

    /// <summary>The options to train a network with.</summary>
    /// <param name="asked">What the command line says.</param>
    /// <param name="windows">The windows to learn from.</param>
    public static NeuralNetworkForecastingTrainer.Options Options(ForecasterOptions asked, long windows)
    {
        // The decay is that of the paper's code, which has a rate and batches for each data set. These have the least error of the
        // validation parts of ETTh1, ETTh2 and exchange rates.
        (double rate, int batchSize, double decay) = asked.Network switch
        {
            DLinear => (5e-3, 8, 0.5),
            Recurrent => (1e-3, 32, 0.7),
            _ => (2e-4, 32, 0.7),
        };
        batchSize = asked.BatchSize ?? batchSize;
        // Ten epochs of a short series are hardly a step: it gets more, of a rate that falls and a patience that ends as much later.
        long stepsAnEpoch = (windows + batchSize - 1) / batchSize;
        int epochs = asked.Epochs ?? Epochs * (int)Math.Clamp(LeastSteps / stepsAnEpoch, 1, LeastSteps / 2);
        double stretch = Math.Max(1, (double)epochs / Epochs);
        return new()
        {
            Architecture = asked.Network switch
            {
                DLinear => null,
                Recurrent => (shape, outputs) => RecurrentForecaster.Create(
                    shape, outputs / shape.Channels, SegmentLength(shape[1]), hiddenSize: 128, dropout: 0.3),
                _ => (shape, outputs) => TransformerForecaster.Create(shape, outputs / shape.Channels, dropout: 0.3),
            },
            Epochs = epochs,
            LearningRate = asked.LearningRate ?? rate,
            BatchSize = batchSize,
            Schedule = new ExponentialSchedule(Math.Pow(decay, 1 / stretch)),
            EarlyStopping = new(Patience: (int)(3 * stretch)),
            Seed = 1,
        };
    }

    /// <summary>The longest segment of at most a day of hours that windows are a multiple of.</summary>
    private static int SegmentLength(int length) => Enumerable.Range(1, 24).Last(steps => length % steps == 0);
}
