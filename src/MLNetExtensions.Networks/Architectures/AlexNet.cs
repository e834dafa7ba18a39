namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// AlexNet (Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012) in the
/// one-column form of torchvision, with its parameter names and shapes. 61,100,840 parameters for 1000 classes.
/// <list type="table">
/// <item><term>features</term><description>Conv 64@11×11 stride 4, MaxPool 3/2, Conv 192@5×5, MaxPool 3/2, Conv 384@3×3, Conv
/// 256@3×3, Conv 256@3×3, MaxPool 3/2; ReLU after each convolution</description></item>
/// <item><term>classifier</term><description>Dropout, Linear 4096, ReLU, Dropout, Linear 4096, ReLU,
/// Linear <c>classes</c></description></item>
/// </list>
/// The form for small images keeps their size at first (Conv 64@3×3 in place of 11×11 with stride 4), takes all that the last
/// pool leaves, and is 1024 wide in its classifier: 5,868,362 parameters for 3×32×32 and 10 classes.
/// </summary>
public static class AlexNet
{
    /// <summary>The width of the classifier, and that of the small form.</summary>
    private const int Width = 4096, SmallWidth = 1024;

    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="inputShape">The shape of one image; when null 3×224×224, or 3×32×32 of the small form.</param>
    /// <param name="dropout">The share dropped before each hidden Linear while training, in [0, 1).</param>
    /// <param name="localResponseNorm">Whether the first two convolutions are followed by the paper's local response
    /// normalisation, which torchvision leaves out. The names of the parameters stay.</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null.</param>
    /// <param name="smallImages">Whether to make the form for images of some 32×32 pixels. The names of the parameters
    /// stay.</param>
    /// <exception cref="ArgumentException">The image is below 63×63, or 15×15 of the small form: too small for the
    /// pools.</exception>
    public static NetworkDefinition Create(
        int classes = 1000,
        TensorShape? inputShape = null,
        double dropout = 0.5,
        bool localResponseNorm = false,
        Normalize? normalization = null,
        bool smallImages = false)
    {
        int width = smallImages ? SmallWidth : Width;
        return NetworkDefinition.Build(inputShape.OrUsual(smallImages), network =>
        {
            network.OptionalNormalize(normalization).Sequential("features", features =>
            {
                features.Conv2d(64, smallImages ? 3 : 11, stride: smallImages ? 1 : 4, padding: smallImages ? 1 : 2).ReLU();
                Respond(features, "norm1");
                features.MaxPool2d(3, 2).Conv2d(192, 5, padding: 2).ReLU();
                Respond(features, "norm2");
                features.MaxPool2d(3, 2)
                    .Conv2d(384, 3, padding: 1).ReLU()
                    .Conv2d(256, 3, padding: 1).ReLU()
                    .Conv2d(256, 3, padding: 1).ReLU()
                    .MaxPool2d(3, 2);
            });
            if (!smallImages)
                network.AdaptiveAvgPool2d(6, 6, "avgpool");
            network.Flatten("flatten").Sequential("classifier", classifier => classifier
                .Dropout(dropout).Linear(width).ReLU()
                .Dropout(dropout).Linear(width).ReLU()
                .Linear(classes));
        });

        // The paper's alpha of 1e-4 multiplies the sum over the 5 channels, the layer's the mean.
        void Respond(NetworkBuilder features, string name)
        {
            if (localResponseNorm)
                features.LocalResponseNorm(5, alpha: 5e-4, beta: 0.75, k: 2, name: name);
        }
    }
}
