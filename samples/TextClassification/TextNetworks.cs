using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples.TextClassification;

/// <summary>The networks that the sample can train, each with the training that suits it.</summary>
internal static class TextNetworks
{
    public const string TextCnn = "textcnn", Subwords = "subwords", Recurrent = "recurrent", Transformer = "transformer";

    private const int Dimension = 128;

    public static IReadOnlyList<string> Names { get; } = [TextCnn, Subwords, Recurrent, Transformer];

    /// <summary>The options of a run.</summary>
    /// <param name="network">One of the names.</param>
    /// <param name="epochs">The passes over the texts; null for those that suit the network.</param>
    /// <param name="length">The words at which a text is cut.</param>
    /// <param name="seed">That of the weights.</param>
    public static NeuralNetworkMulticlassTrainer.Options Options(string network, int? epochs, int length, int seed) => new()
    {
        FeatureColumnName = nameof(TextWords.Words),
        FeatureColumnNames = network == Subwords ? [.. WordSplitter.Columns.Select(column => column.Name)] : [],
        MaxLength = length,
        MultiInputArchitecture = network == Subwords
            ? (inputs, classes) => MLNetExtensions.Networks.Architectures.TextCnn.CreateWithSubwords(inputs, classes)
            : null,
        SequenceArchitecture = network switch
        {
            Subwords => null,
            TextCnn => (vocabulary, length, classes) => MLNetExtensions.Networks.Architectures.TextCnn.Create(
                vocabulary, length, classes),
            Recurrent => (vocabulary, length, classes) => RecurrentClassifier.Create(
                vocabulary, length, classes, Dimension, pooling: TimePooling.Max),
            _ => (vocabulary, length, classes) => TransformerClassifier.Create(
                vocabulary, length, classes, features: Dimension, dropout: 0.3),
        },
        Epochs = epochs ?? (network is TextCnn or Subwords ? 12 : 10),
        BatchSize = 32,
        LearningRate = network is Recurrent or Subwords ? 1e-3 : 5e-4,
        GroupByLength = network == Recurrent,
        Optimizer = new AdamW(),
        Schedule = new OneCycleSchedule(),
        LabelSmoothing = 0.1,
        Seed = seed,
    };
}
