namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A recurrent network for sentences: it reads word after word, in both directions, and judges by its last states, or by the
/// largest or mean values of all of them (max pooling: Lai et al., "Recurrent Convolutional Neural Networks for Text
/// Classification", 2015).
/// <list type="table">
/// <item><term>embedding</term><description>a vector for each word, [length×dimension]; Dropout</description></item>
/// <item><term>rnn</term><description>LSTM or GRU over the words there are</description></item>
/// <item><term>pool</term><description>the largest or the mean values over time, unless the last states
/// count</description></item>
/// <item><term>fc</term><description>Dropout, Linear <c>classes</c></description></item>
/// </list>
/// </summary>
public static class RecurrentClassifier
{
    /// <summary>The name of the input, ids [length], padded behind the last word.</summary>
    public const string InputName = "text";

    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="vocabularySize">The number of ids, that of padding included.</param>
    /// <param name="length">The most words of a sentence.</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="embeddingDimension">The length of a word's vector.</param>
    /// <param name="hiddenSize">The size of the state of one direction.</param>
    /// <param name="layers">Recurrent layers on top of each other.</param>
    /// <param name="gated">Whether they are GRUs, not LSTMs.</param>
    /// <param name="bidirectional">Whether they read backwards too.</param>
    /// <param name="dropout">The share of values dropped while training, in [0, 1): of word vectors, between layers, of the
    /// last states.</param>
    /// <param name="paddingIndex">The id of padding.</param>
    /// <param name="pooling">Which states count: the last one of each direction, or the largest or mean values of all.</param>
    /// <exception cref="ArgumentException">A size is below 1, or the dropout out of range.</exception>
    public static NetworkDefinition Create(
        int vocabularySize, int length, int classes, int embeddingDimension = 100, int hiddenSize = 128, int layers = 1,
        bool gated = false, bool bidirectional = true, double dropout = 0.5, int paddingIndex = 0,
        TimePooling pooling = TimePooling.Last) =>
        NetworkDefinition.Build(network =>
        {
            string words = network.InputIds(InputName, new(length), vocabularySize);
            string mask = network.PaddingMask(paddingIndex, "mask").Current;
            double between = layers > 1 ? dropout : 0;
            RecurrentOutput output = pooling == TimePooling.Last ? RecurrentOutput.Last : RecurrentOutput.Sequence;
            network.From(words)
                .Embedding(vocabularySize, embeddingDimension, paddingIndex, standardDeviation: 0.1, name: "embedding")
                .Dropout(dropout, "dropout.words");
            if (gated)
                network.GRU(hiddenSize, layers, true, between, bidirectional, output, mask, "rnn");
            else
                network.LSTM(hiddenSize, layers, true, between, bidirectional, output, mask, "rnn");
            if (output == RecurrentOutput.Sequence)
                network.PoolOverTime(pooling, mask: mask, name: "pool");
            network.Dropout(dropout, "dropout").Linear(classes, name: "fc");
        });
}
