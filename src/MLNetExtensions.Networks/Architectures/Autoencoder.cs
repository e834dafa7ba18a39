namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// An autoencoder (Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", 2006): a network that
/// gives back what it takes, through a code that is too small for everything. What it was not trained on it gives back badly.
/// Its targets are its own inputs.
/// <list type="table">
/// <item><term>normalization</term><description>if given; what is given back is then the normalised example</description></item>
/// <item><term>encoder</term><description>hidden layers, then <c>code</c>, Linear <c>codeSize</c></description></item>
/// <item><term>decoder</term><description>the hidden layers in reverse, and as many outputs as the example has values, in its
/// shape</description></item>
/// </list>
/// The code by itself is <c>model.CutAt("code")</c>.
/// </summary>
public static class Autoencoder
{
    /// <summary>The layer whose output is the code.</summary>
    internal const string Code = "code";

    /// <summary>Makes one of fully connected layers.</summary>
    /// <param name="inputShape">The shape of one example.</param>
    /// <param name="codeSize">The size of the code.</param>
    /// <param name="hiddenWidths">The hidden layers of the encoder, each with ReLU; none when null: with squared errors the code
    /// then spans what principal components span (Baldi and Hornik, 1989).</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null.</param>
    public static NetworkDefinition Create(
        TensorShape inputShape, int codeSize, IReadOnlyList<int>? hiddenWidths = null, Normalize? normalization = null)
    {
        int[] widths = [.. hiddenWidths ?? []];
        return NetworkDefinition.Build(inputShape, network => network
            .OptionalNormalize(normalization)
            .Flatten("flatten")
            .Sequential("encoder", encoder => encoder.Hidden(widths))
            .Linear(codeSize, name: Code)
            .Sequential("decoder", decoder => decoder
                .Hidden(widths.Reverse()).Linear(checked((int)inputShape.Size)).Reshape(inputShape)));
    }

    /// <summary>Makes one of convolutions, for images whose sides are multiples of 4.</summary>
    /// <param name="imageShape">The shape of one image.</param>
    /// <param name="codeSize">The size of the code.</param>
    /// <param name="channels">The channels of the outermost convolution; the inner one has twice as many.</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null.</param>
    /// <exception cref="ArgumentException">It is no image, or its sides are no multiples of 4.</exception>
    public static NetworkDefinition CreateConvolutional(
        TensorShape imageShape, int codeSize, int channels = 16, Normalize? normalization = null) =>
        NetworkDefinition.Build(imageShape, network => network
            .OptionalNormalize(normalization)
            .Sequential("encoder", encoder => encoder.Downsampling(imageShape, channels))
            .Linear(codeSize, name: Code)
            .Sequential("decoder", decoder => decoder.Upsampling(imageShape, channels)));
}
