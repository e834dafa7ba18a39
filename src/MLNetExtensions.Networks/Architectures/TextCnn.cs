namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A convolutional network for sentences (Kim, "Convolutional Neural Networks for Sentence Classification", 2014), with vectors of
/// words that are learned from random ones.
/// <list type="table">
/// <item><term>embedding</term><description>a vector for each word, [length×dimension]</description></item>
/// <item><term>conv.0, conv.1, …</term><description>for each window of words (3, 4, 5) a Conv1d of so many maps (100), ReLU, and the
/// largest value over time</description></item>
/// <item><term>fc</term><description>Dropout (0.5), Linear <c>classes</c></description></item>
/// </list>
/// </summary>
/// <remarks>Each window ends at a word, and before the first word it sees zeros: a sentence has as many windows as words, and gives
/// the same however much padding stands behind it. One without words gives 0 for every map.</remarks>
public static class TextCnn
{
    /// <summary>The name of the input, ids [length], padded behind the last word.</summary>
    public const string InputName = "text";

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
        network.From(words).Embedding(vocabularySize, embeddingDimension, paddingIndex, standardDeviation: 0.1, name: "embedding");
        string vectors = network.Add(new Permute(1, 0), "channels").Current;
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
        if (pooled.Count > 1)
            network.Add(new Concat(), "pooled", pooled);
        network.Dropout(dropout, "dropout").Linear(classes, name: "fc");
    });
}
