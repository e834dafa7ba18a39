namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A deep convolutional generator and discriminator (Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep
/// Convolutional Generative Adversarial Networks", 2016), for images whose sides are multiples of 4: two steps between the image
/// and its quarter, as for 28×28 and 32×32.
/// <list type="table">
/// <item><term>generator</term><description>Linear to 2·<c>channels</c>×h/4×w/4, batch norm, ReLU; ConvTranspose
/// <c>channels</c>@4×4 stride 2, batch norm, ReLU; ConvTranspose to the image; Tanh: pixels from −1 to 1</description></item>
/// <item><term>discriminator</term><description>Conv <c>channels</c>@4×4 stride 2, LeakyReLU 0.2; Conv 2·<c>channels</c>@4×4
/// stride 2, (batch norm,) LeakyReLU 0.2; Linear 1, a logit</description></item>
/// </list>
/// With classes both take a second input, one value a class: the generator behind the latent values, the discriminator as a plane
/// of the image that is learned for each class.
/// </summary>
public static class DcGan
{
    /// <summary>The name of the first input of a generator.</summary>
    public const string Latent = "latent";

    /// <summary>The name of the first input of a discriminator.</summary>
    public const string Image = "image";

    /// <summary>The name of the second input of both, where there are classes.</summary>
    public const string Class = "class";

    private const double Slope = 0.2;

    /// <summary>Makes both.</summary>
    /// <param name="imageShape">The shape of an image, with sides of multiples of 4.</param>
    /// <param name="latentSize">The number of latent values.</param>
    /// <param name="channels">The channels next to the image; a quarter of its sides away there are twice as many.</param>
    /// <param name="classes">The number of classes; 0 for a pair that knows none.</param>
    /// <param name="batchNorm">Whether the discriminator has a batch normalisation, as in the paper; without one where its
    /// weights are normalised (<see cref="Training.AdversarialOptions.SpectralNormalization"/>).</param>
    /// <exception cref="ArgumentException">It is no image, or its sides are no multiples of 4.</exception>
    public static Training.AdversarialNetworks Create(
        TensorShape imageShape, int latentSize = 100, int channels = 64, int classes = 0, bool batchNorm = true) => new(
            Generator(imageShape, latentSize, channels, classes), Discriminator(imageShape, channels, classes, batchNorm));

    /// <summary>Makes the generator.</summary>
    /// <inheritdoc cref="Create"/>
    public static NetworkDefinition Generator(TensorShape imageShape, int latentSize = 100, int channels = 64, int classes = 0)
    {
        ArchitectureBuilding.RequireQuarters(imageShape);
        TensorShape quarter = new(2 * channels, imageShape[1] / 4, imageShape[2] / 4);
        return NetworkDefinition.Build(network =>
        {
            string latent = network.Input(Latent, new(latentSize));
            if (classes > 0)
                network.Add(new Concat(), "condition", latent, network.Input(Class, new(classes)));
            network
                .Sequential("project", project => project
                    .Linear((int)quarter.Size, bias: false).Reshape(quarter).BatchNorm2d().ReLU())
                .Sequential("layers", layers => layers
                    .ConvTranspose2d(channels, 4, stride: 2, padding: 1, bias: false).BatchNorm2d().ReLU()
                    .ConvTranspose2d(imageShape.Channels, 4, stride: 2, padding: 1).Tanh());
        });
    }

    /// <summary>Makes the discriminator.</summary>
    /// <inheritdoc cref="Create"/>
    public static NetworkDefinition Discriminator(
        TensorShape imageShape, int channels = 64, int classes = 0, bool batchNorm = true)
    {
        ArchitectureBuilding.RequireQuarters(imageShape);
        return NetworkDefinition.Build(network =>
        {
            string image = network.Input(Image, imageShape);
            if (classes > 0)
            {
                network.Input(Class, new(classes));
                TensorShape plane = new(1, imageShape[1], imageShape[2]);
                string condition = network.Linear((int)plane.Size, bias: false, name: "condition")
                    .Reshape(plane, "plane").Current;
                network.Add(new Concat(), "conditioned", image, condition);
            }
            network.Sequential("layers", layers =>
            {
                layers.Conv2d(channels, 4, stride: 2, padding: 1).LeakyReLU(Slope);
                layers.Conv2d(2 * channels, 4, stride: 2, padding: 1, bias: !batchNorm);
                if (batchNorm)
                    layers.BatchNorm2d();
                layers.LeakyReLU(Slope).Flatten().Linear(1);
            });
        });
    }
}
