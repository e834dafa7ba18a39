namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A variational autoencoder (Kingma and Welling, "Auto-Encoding Variational Bayes", 2013), trained by
/// <see cref="Training.EvidenceLowerBoundLoss"/> with its own inputs as targets: an encoder gives the normal distribution of an
/// example's code, a decoder the example of a code. While scoring the code is its mean.
/// <list type="table">
/// <item><term>encoder</term><description>hidden layers; <c>mean</c> and <c>log_variance</c>, Linear
/// <c>latentSize</c></description></item>
/// <item><term>code</term><description><see cref="GaussianSample"/></description></item>
/// <item><term>decoder</term><description>the hidden layers in reverse, and as many outputs as the example has
/// values</description></item>
/// </list>
/// The outputs are <c>reconstruction</c> in the example's shape (logits, if the likelihood is Bernoulli's), <c>mean</c> and
/// <c>log_variance</c>.
/// </summary>
public static class VariationalAutoencoder
{
    /// <summary>The output that is compared with the example.</summary>
    public const string Reconstruction = "reconstruction";

    /// <summary>The output with the mean of the code.</summary>
    public const string Mean = "mean";

    /// <summary>The output with the logarithm of the variance of the code.</summary>
    public const string LogVariance = "log_variance";

    /// <summary>The layer whose output is the code.</summary>
    internal const string Code = "code";

    /// <summary>Makes one of fully connected layers.</summary>
    /// <param name="inputShape">The shape of one example.</param>
    /// <param name="latentSize">The size of the code.</param>
    /// <param name="hiddenWidths">The hidden layers of the encoder, each with ReLU; 400 when null, as in PyTorch's
    /// example.</param>
    /// <param name="reconstructionSize">How many numbers the decoder gives, where a likelihood takes others than the example has
    /// (variances beside means); null for the example's, in its shape.</param>
    public static NetworkDefinition Create(
        TensorShape inputShape, int latentSize, IReadOnlyList<int>? hiddenWidths = null, int? reconstructionSize = null)
    {
        int[] widths = [.. hiddenWidths ?? [400]];
        TensorShape reconstruction = reconstructionSize is { } size ? new(size) : inputShape;
        return NetworkDefinition.Build(inputShape, network => network
            .Flatten("flatten")
            .Sequential("encoder", encoder => encoder.Hidden(widths))
            .Sample(latentSize)
            .Sequential("decoder", decoder => decoder
                .Hidden(widths.Reverse()).Linear(checked((int)reconstruction.Size)).Reshape(reconstruction))
            .Output(Reconstruction)).WithOutputs(Reconstruction, Mean, LogVariance);
    }

    /// <summary>Makes one of convolutions, for images whose sides are multiples of 4.</summary>
    /// <param name="imageShape">The shape of one image.</param>
    /// <param name="latentSize">The size of the code.</param>
    /// <param name="channels">The channels of the outermost convolution; the inner one has twice as many.</param>
    /// <exception cref="ArgumentException">It is no image, or its sides are no multiples of 4.</exception>
    public static NetworkDefinition CreateConvolutional(TensorShape imageShape, int latentSize, int channels = 32) =>
        NetworkDefinition.Build(imageShape, network => network
            .Sequential("encoder", encoder => encoder.Downsampling(imageShape, channels))
            .Sample(latentSize)
            .Sequential("decoder", decoder => decoder.Upsampling(imageShape, channels))
            .Output(Reconstruction)).WithOutputs(Reconstruction, Mean, LogVariance);

    /// <summary>The decoder of a trained one: from a code, drawn from N(0, 1) to make up an example, to the
    /// <see cref="Reconstruction"/>.</summary>
    public static NetworkModel Decoder(NetworkModel model) => model.CutFrom(Code, Reconstruction);

    private static NetworkBuilder Sample(this NetworkBuilder network, int latentSize)
    {
        string encoded = network.Current;
        string mean = network.Linear(latentSize, name: Mean).Output(Mean).Current;
        string logVariance = network.From(encoded).Linear(latentSize, name: LogVariance).Output(LogVariance).Current;
        return network.Add(new GaussianSample(), Code, mean, logVariance);
    }
}
