using MLNetExtensions.Networks;

namespace Samples.TextClassification;

/// <summary>A convolutional network as Kim's, of two columns: each word has the vector of the word and that of its ending, which
/// an unknown word has too.</summary>
internal static class EndingsCnn
{
    private const int Maps = 100, WordDimension = 300, EndingDimension = 32;

    /// <param name="inputs">The ids of the words and of their endings.</param>
    /// <param name="classes">The number of outputs.</param>
    public static NetworkDefinition Create(IReadOnlyList<NetworkInput> inputs, int classes) =>
        NetworkDefinition.Build(network =>
        {
            (NetworkInput words, NetworkInput endings) = (inputs[0], inputs[1]);
            network.Input(words);
            network.Input(endings);
            string mask = network.From(endings.Name).PaddingMask(name: "mask").Current;
            string ofWords = Vectors(words, "words", WordDimension), ofEndings = Vectors(endings, "endings", EndingDimension);
            string vectors = network.Add(new Concat(), "vectors", ofWords, ofEndings).Current;
            List<string> pooled = [];
            foreach (int window in (int[])[3, 4, 5])
                pooled.Add(network.From(vectors)
                    .Conv1d(Maps, window, padding: window - 1, name: $"conv.{window}").ReLU($"relu.{window}")
                    .Slice(1, 0, words.Shape[0], name: $"windows.{window}")
                    .PoolOverTime(dimension: 1, mask: mask, name: $"pool.{window}").Current);
            network.Add(new Concat(), "pooled", pooled).Dropout(0.5, "dropout").Linear(classes, name: "fc");

            // [dimension×length], as convolutions take sequences.
            string Vectors(NetworkInput input, string name, int dimension) => network.From(input.Name)
                .Embedding(input.VocabularySize!.Value, dimension, paddingIndex: 0, standardDeviation: 0.1, name: name)
                .Add(new Permute(1, 0), $"{name}.channels").Current;
        });
}
