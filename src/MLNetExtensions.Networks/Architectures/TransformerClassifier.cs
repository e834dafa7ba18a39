namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A transformer's encoder that classifies texts (Vaswani et al., 2017; the mean of the places as in Beyer et al., 2022). Texts
/// shorter than the others are padded, and get what they would get alone.
/// <list type="table">
/// <item><term>embedding, positions</term><description>Embedding, sinusoidal positions, dropout</description></item>
/// <item><term>encoder.layers.0 …</term><description>encoder layers with the names of <c>nn.TransformerEncoder</c>,
/// normalisation first</description></item>
/// <item><term>encoder.norm, classifier</term><description>layer normalisation, mean over the words, Linear
/// <c>classes</c></description></item>
/// </list>
/// </summary>
public static class TransformerClassifier
{
    /// <summary>The name of the input, ids [maxLength].</summary>
    public const string InputName = "text";

    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="vocabularySize">The number of ids, that of padding included.</param>
    /// <param name="maxLength">The number of words of a padded text.</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="layers">The number of encoder layers.</param>
    /// <param name="heads">The number of heads, a divisor of <paramref name="features"/>.</param>
    /// <param name="features">The width of the model.</param>
    /// <param name="feedForward">The width between the linear layers; four times <paramref name="features"/> when null.</param>
    /// <param name="dropout">The share of values that training drops, see
    /// <see cref="NetworkBuilder.TransformerEncoderLayer"/>.</param>
    /// <param name="paddingIndex">The id of padding.</param>
    /// <exception cref="ArgumentException">A number is out of range; the message names the layer.</exception>
    public static NetworkDefinition Create(
        int vocabularySize,
        int maxLength,
        int classes,
        int layers = 2,
        int heads = 4,
        int features = 128,
        int? feedForward = null,
        double dropout = 0.1,
        int paddingIndex = 0) =>
        NetworkDefinition.Build(network =>
        {
            string text = network.InputIds(InputName, new(maxLength), vocabularySize);
            string mask = network.PaddingMask(paddingIndex, "mask").Current;
            network.From(text).Embedding(vocabularySize, features, paddingIndex, 1 / Math.Sqrt(features), "embedding")
                .SinusoidalPositions("positions");
            if (dropout != 0)
                network.Dropout(dropout, "dropout");
            network.Sequential("encoder", encoder =>
            {
                for (int i = 0; i < layers; i++)
                {
                    encoder.TransformerEncoderLayer(
                        features, heads, feedForward ?? 4 * features, dropout, new GELU(), normFirst: true, mask,
                        name: $"layers.{i}");
                }
                encoder.Add(new LayerNorm(NormalizedRank: 1), "norm");
            });
            network.PoolOverTime(TimePooling.Mean, mask: mask, name: "mean").Linear(classes, name: "classifier");
        });
}
