namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A small vision transformer (Dosovitskiy et al., "An Image is Worth 16x16 Words", 2020) in the plain form of Beyer et al.
/// ("Better plain ViT baselines for ImageNet-1k", 2022): no class token, the mean of the patches instead. Its names are
/// torchvision's as far as those go.
/// <list type="table">
/// <item><term>conv_proj, pos_embedding</term><description>a patch to a vector, learned positions</description></item>
/// <item><term>encoder.layers.0 …</term><description>encoder layers, normalisation first, GELU</description></item>
/// <item><term>encoder.ln, heads.head</term><description>layer normalisation, mean over the patches, Linear
/// <c>classes</c></description></item>
/// </list>
/// </summary>
public static class VisionTransformer
{
    private const double PositionDeviation = 0.02;

    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="inputShape">The shape of one image; 3×32×32 when null.</param>
    /// <param name="patchSize">Height and width of a patch; the image is cut into whole ones.</param>
    /// <param name="layers">The number of encoder layers.</param>
    /// <param name="heads">The number of heads, a divisor of <paramref name="features"/>.</param>
    /// <param name="features">The width of the model.</param>
    /// <param name="dropout">The share of values that training drops.</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null.</param>
    /// <exception cref="ArgumentException">The image can't be cut into such patches, or a number is out of range.</exception>
    public static NetworkDefinition Create(
        int classes = 10,
        TensorShape? inputShape = null,
        int patchSize = 4,
        int layers = 6,
        int heads = 4,
        int features = 128,
        double dropout = 0,
        Normalize? normalization = null)
    {
        TensorShape image = inputShape ?? new(3, 32, 32);
        if (image.Rank != 3 || patchSize < 1 || image[1] % patchSize != 0 || image[2] % patchSize != 0)
            throw new ArgumentException($"{image} can't be cut into patches of {patchSize}×{patchSize}.", nameof(patchSize));
        int patches = image[1] / patchSize * (image[2] / patchSize);
        return NetworkDefinition.Build(image, network =>
        {
            network.OptionalNormalize(normalization)
                .Conv2d(features, patchSize, patchSize, name: "conv_proj")
                .Reshape(new(features, patches), "patches").Add(new Permute(1, 0), "sequence")
                .Sequential("encoder", encoder =>
                {
                    encoder.LearnedPositions(patches, PositionDeviation, "pos_embedding");
                    if (dropout != 0)
                        encoder.Dropout(dropout, "dropout");
                    for (int i = 0; i < layers; i++)
                    {
                        encoder.TransformerEncoderLayer(
                            features, heads, 4 * features, dropout, new GELU(), normFirst: true, name: $"layers.{i}");
                    }
                    encoder.Add(new LayerNorm(NormalizedRank: 1), "ln");
                })
                .Mean(0, name: "mean").Linear(classes, name: "heads.head");
        });
    }
}
