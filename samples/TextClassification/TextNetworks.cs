using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples.TextClassification;

/// <summary>The networks that the sample can train, each with the training that suits it.</summary>
internal static class TextNetworks
{
    public const string TextCnn = "textcnn", Recurrent = "recurrent", Transformer = "transformer";

    public static IReadOnlyList<string> Names { get; } = [TextCnn, Recurrent, Transformer];

    public static NeuralNetworkMulticlassTrainer.Options Options(string network, int? epochs, int maxLength, int seed)
    {
        static double E(string name, double value) => Environment.GetEnvironmentVariable(name) is { } text
            ? double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : value;
        int dim = (int)E("DIM", 128);
        double dropout = E("DROP", 0.5);
        return new()
        {
            FeatureColumnName = nameof(TextWords.Words),
            SequenceArchitecture = network switch
            {
                TextCnn => (vocabulary, length, classes) => MLNetExtensions.Networks.Architectures.TextCnn.Create(
                    vocabulary, length, classes, embeddingDimension: dim, windows: E("W1", 0) > 0 ? [1, 2, 3, 4] : [2, 3, 4],
                    maps: (int)E("MAPS", 100), dropout: dropout),
                Recurrent => (vocabulary, length, classes) => RecurrentClassifier.Create(
                    vocabulary, length, classes, embeddingDimension: dim, hiddenSize: (int)E("HID", 128), gated: E("GRU", 0) > 0, dropout: dropout,
                    pooling: E("POOL", 1) > 0 ? MLNetExtensions.Networks.TimePooling.Max : MLNetExtensions.Networks.TimePooling.Last),
                _ => (vocabulary, length, classes) => TransformerClassifier.Create(
                    vocabulary, length, classes, layers: (int)E("LAYERS", 2), features: dim, dropout: dropout),
            },
            MaxLength = maxLength,
            Epochs = epochs ?? 15,
            BatchSize = (int)E("BATCH", 64),
            LearningRate = E("LR", 1e-3),
            Optimizer = new AdamW(WeightDecay: E("WD", 1e-2)),
            Schedule = E("SCHED", 0) == 0 ? new OneCycleSchedule() : E("SCHED", 0) == 1 ? new ConstantSchedule() : new CosineSchedule(),
            Augmentations = [new TokenDropout(E("TD", 0.1))],
            LabelSmoothing = E("LS", 0),
            AverageDecay = E("EMA", 0) > 0 ? E("EMA", 0) : null,
            Seed = seed,
        };
    }
}
