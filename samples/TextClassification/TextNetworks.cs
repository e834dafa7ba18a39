using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples.TextClassification;

/// <summary>The networks that the sample can train, each with the training that suits it.</summary>
internal static class TextNetworks
{
    public const string TextCnn = "textcnn", Subwords = "subwords", Ensemble = "ensemble", Recurrent = "recurrent",
        Transformer = "transformer";

    private const int Dimension = 128;
    private const double LabelSmoothing = 0.1;

    public static IReadOnlyList<string> Names { get; } = [TextCnn, Subwords, Ensemble, Recurrent, Transformer];

    /// <summary>The options of a run.</summary>
    /// <param name="network">One of the names.</param>
    /// <param name="epochs">The passes over the texts; null for those that suit the network.</param>
    /// <param name="length">The words at which a text is cut.</param>
    /// <param name="seed">That of the weights.</param>
    public static NeuralNetworkMulticlassTrainer.Options Options(string network, int? epochs, int length, int seed) => new()
    {
        FeatureColumnName = nameof(TextWords.Words),
        FeatureColumnNames = network is Subwords or Ensemble ? [.. WordSplitter.Columns.Select(column => column.Name)] : [],
        MaxLength = length,
        MultiInputArchitecture = network switch
        {
            Subwords => (inputs, classes) => MLNetExtensions.Networks.Architectures.TextCnn.CreateWithSubwords(inputs, classes),
            Ensemble => (inputs, classes) => TextEnsemble.Create(inputs, classes),
            _ => null,
        },
        SequenceArchitecture = network switch
        {
            Subwords or Ensemble => null,
            TextCnn => (vocabulary, length, classes) => MLNetExtensions.Networks.Architectures.TextCnn.Create(
                vocabulary, length, classes),
            Recurrent => (vocabulary, length, classes) => RecurrentClassifier.Create(
                vocabulary, length, classes, Dimension, pooling: TimePooling.Max),
            _ => (vocabulary, length, classes) => TransformerClassifier.Create(
                vocabulary, length, classes, features: Dimension, dropout: 0.3),
        },
        Epochs = epochs ?? (network is TextCnn or Subwords or Ensemble ? 12 : 10),
        BatchSize = 32,
        LearningRate = network is Recurrent or Subwords or Ensemble ? 1e-3 : 5e-4,
        GroupByLength = network == Recurrent,
        Optimizer = new AdamW(),
        Schedule = new OneCycleSchedule(),
        LabelSmoothing = network == Ensemble ? 0 : LabelSmoothing,
        Loss = network == Ensemble ? TextEnsemble.Loss(new CrossEntropyLoss([], LabelSmoothing)) : null,
        Seed = seed,
    };
}
