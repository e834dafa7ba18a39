namespace MLNetExtensions.Networks.Architectures;

/// <summary>What several architectures add in the same way.</summary>
internal static class ArchitectureBuilding
{
    /// <summary>The shape of one image, of which 3×224×224 is the usual one, or 3×32×32 of the form for small images.</summary>
    public static TensorShape OrUsual(this TensorShape? inputShape, bool smallImages) =>
        inputShape ?? (smallImages ? new(3, 32, 32) : new(3, 224, 224));

    /// <summary>A first layer <c>normalize</c>, unless it is null.</summary>
    public static NetworkBuilder OptionalNormalize(this NetworkBuilder network, Normalize? normalization) =>
        normalization is null ? network : network.Add(normalization, "normalize");

    /// <summary>Fully connected layers with ReLU.</summary>
    public static NetworkBuilder Hidden(this NetworkBuilder network, IEnumerable<int> widths) =>
        widths.Aggregate(network, (layers, width) => layers.Linear(width).ReLU());

    /// <summary>Halves the sides of an image twice by strided convolutions, and flattens what is left.</summary>
    public static NetworkBuilder Downsampling(this NetworkBuilder network, TensorShape image, int channels)
    {
        RequireQuarters(image);
        return network
            .Conv2d(channels, 4, stride: 2, padding: 1).ReLU()
            .Conv2d(2 * channels, 4, stride: 2, padding: 1).ReLU()
            .Flatten();
    }

    /// <summary>From a vector to an image, the mirror image of <see cref="Downsampling"/>.</summary>
    public static NetworkBuilder Upsampling(this NetworkBuilder network, TensorShape image, int channels)
    {
        RequireQuarters(image);
        TensorShape quarter = new(2 * channels, image[1] / 4, image[2] / 4);
        return network
            .Linear((int)quarter.Size).ReLU().Reshape(quarter)
            .ConvTranspose2d(channels, 4, stride: 2, padding: 1).ReLU()
            .ConvTranspose2d(image.Channels, 4, stride: 2, padding: 1);
    }

    /// <summary>Throws unless the sides of an image can be halved twice.</summary>
    public static void RequireQuarters(TensorShape image)
    {
        if (image.Rank != 3 || image[1] % 4 != 0 || image[2] % 4 != 0)
            throw new ArgumentException($"An image [channels×height×width] with sides of multiples of 4 is needed, not {image}.");
    }
}
