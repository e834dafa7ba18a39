namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A convolutional network for sentences (Kim, "Convolutional Neural Networks for Sentence Classification", 2014), with vectors
/// of words that are learned from random ones.
/// <list type="table">
/// <item><term>embedding</term><description>a vector for each word, [length×dimension]; with subwords the sum of embedding.NAME
/// of each input</description></item>
/// <item><term>conv.0, conv.1, …</term><description>for each window of words (3, 4, 5) a Conv1d of so many maps (100), ReLU, and
/// the largest value over time</description></item>
/// <item><term>fc</term><description>Dropout (0.5), Linear <c>classes</c></description></item>
/// </list>
/// </summary>
/// <remarks>Each window ends at a word, and before the first word it sees zeros: a sentence has as many windows as words, and
/// gives the same however much padding stands behind it. One without words gives 0 for every map.</remarks>
public static class TextCnn
{
    /// <summary>The name of the input, ids [length], padded behind the last word.</summary>
    public const string InputName = "text";

    /// <summary>The deviation that vectors of words start with.</summary>
    private const double VectorDeviation = 0.1;

    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="vocabularySize">The number of ids, that of padding included.</param>
    /// <param name="length">The most words of a sentence.</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="embeddingDimension">The length of a word's vector.</param>
    /// <param name="windows">The words of a window; 3, 4 and 5 when null.</param>
    /// <param name="maps">The maps of each window.</param>
    /// <param name="dropout">The share of pooled values dropped while training, in [0, 1).</param>
    /// <param name="paddingIndex">The id of padding.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the dropout out of range.</exception>
    public static NetworkDefinition Create(
        int vocabularySize, int length, int classes, int embeddingDimension = 300, IReadOnlyList<int>? windows = null,
        int maps = 100, double dropout = 0.5, int paddingIndex = 0) => NetworkDefinition.Build(network =>
    {
        string words = network.InputIds(InputName, new(length), vocabularySize);
        string mask = network.PaddingMask(paddingIndex, "mask").Current;
        network.From(words).Embedding(vocabularySize, embeddingDimension, paddingIndex, VectorDeviation, "embedding");
        network.Sentence(mask, length, classes, windows, maps, dropout);
    });

    /// <summary>Makes the definition for words of which several things are known: the word, its first or last letters, its shape.
    /// The vector of a word is the sum of those of its parts, so that a word which was never seen has one too (Bojanowski et al.,
    /// "Enriching Word Vectors with Subword Information", 2017). The outputs are logits.</summary>
    /// <param name="inputs">Ids of the parts, [length] each, of which place i belongs to word i; 0 stands for an unknown part,
    /// and where all are 0 there is no word.</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="embeddingDimension">The length of a vector.</param>
    /// <param name="windows">The words of a window; 3, 4 and 5 when null.</param>
    /// <param name="maps">The maps of each window.</param>
    /// <param name="dropout">The share of pooled values dropped while training, in [0, 1).</param>
    /// <exception cref="ArgumentException">There are fewer than two inputs, or they are not ids of one length, or a size is below
    /// 1, or the dropout out of range.</exception>
    public static NetworkDefinition CreateWithSubwords(
        IReadOnlyList<NetworkInput> inputs, int classes, int embeddingDimension = 300, IReadOnlyList<int>? windows = null,
        int maps = 100, double dropout = 0.5)
    {
        RequireParts(inputs);
        return NetworkDefinition.Build(network =>
        {
            string mask = network.WordMask(inputs);
            network.WordVectors(inputs, embeddingDimension).Sentence(mask, inputs[0].Shape[0], classes, windows, maps, dropout);
        });
    }

    /// <summary>Throws unless <paramref name="inputs"/> are parts of the same words.</summary>
    internal static void RequireParts(IReadOnlyList<NetworkInput> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count < 2 || inputs.Any(input => input.VocabularySize is null || input.Shape.Rank != 1)
            || inputs.Any(input => !input.Shape.Equals(inputs[0].Shape)))
            throw new ArgumentException(
                "The parts of words are at least two inputs of ids, [length] each, but these are " +
                $"{string.Join(", ", inputs.Select(input => $"'{input.Name}' {input.Shape} of {Kind(input)}"))}.");

        static string Kind(NetworkInput input) => input.VocabularySize is null ? "numbers" : "ids";
    }

    /// <summary>Adds the inputs and the mask of the places where any part of a word is known.</summary>
    internal static string WordMask(this NetworkBuilder network, IReadOnlyList<NetworkInput> inputs)
    {
        string[] names = [.. inputs.Select(network.Input)];
        return network.Add(new Add(), "ids", names).PaddingMask(name: "mask").Current;
    }

    /// <summary>The vectors of words, [length×dimension]: the sums of those of their parts.</summary>
    internal static NetworkBuilder WordVectors(
        this NetworkBuilder network, IReadOnlyList<NetworkInput> inputs, int embeddingDimension)
    {
        // However many parts there are, their sum starts as the vector of a word does.
        double deviation = VectorDeviation / Math.Sqrt(inputs.Count);
        string[] vectors =
        [
            .. inputs.Select(input => network.From(input.Name).Embedding(
                input.VocabularySize!.Value, embeddingDimension, paddingIndex: 0, deviation, $"embedding.{input.Name}").Current),
        ];
        return vectors.Length == 1 ? network : network.Add(new Add(), "vectors", vectors);
    }

    /// <summary>From the vectors of words, [length×dimension], to logits.</summary>
    /// <param name="network">Its current node is that of the vectors.</param>
    /// <param name="mask">The node that says where there is a word.</param>
    /// <param name="length">The most words of a sentence.</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="windows">The words of a window.</param>
    /// <param name="maps">The maps of each window.</param>
    /// <param name="dropout">The share of pooled values dropped while training.</param>
    /// <param name="hiddenSize">The size of the state of each direction of a GRU whose largest states are pooled too; 0 for
    /// none.</param>
    internal static NetworkBuilder Sentence(
        this NetworkBuilder network, string mask, int length, int classes, IReadOnlyList<int>? windows, int maps, double dropout,
        int hiddenSize = 0)
    {
        string words = network.Current, vectors = network.Add(new Permute(1, 0), "channels").Current;
        List<string> pooled = [];
        foreach (int window in windows ?? [3, 4, 5])
        {
            int index = pooled.Count;
            pooled.Add(network.From(vectors)
                .Conv1d(maps, window, padding: window - 1, name: $"conv.{index}")
                .ReLU($"relu.{index}")
                .Slice(1, 0, length, name: $"windows.{index}")
                .PoolOverTime(dimension: 1, mask: mask, name: $"pool.{index}").Current);
        }
        if (hiddenSize > 0)
            pooled.Add(network.From(words)
                .GRU(hiddenSize, bidirectional: true, mask: mask, name: "rnn")
                .PoolOverTime(mask: mask, name: "pool.rnn").Current);
        if (pooled.Count > 1)
            network.Add(new Concat(), "pooled", pooled);
        return network.Dropout(dropout, "dropout").Linear(classes, name: "fc");
    }
}
