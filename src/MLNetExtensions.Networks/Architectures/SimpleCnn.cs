namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// The small convolutional network of CONV → RELU → MAXPOOL → CONV → RELU → MAXPOOL → FLATTEN → FC → SOFTMAX; the softmax is
/// applied while scoring. 60,362 parameters for 32×32 colour images and 10 classes.
/// <list type="table">
/// <item><term>features</term><description>Conv 32@3×3 pad 1, ReLU, MaxPool 2, Conv 64@3×3
/// pad 1, ReLU, MaxPool 2</description></item>
/// <item><term>classifier</term><description>(Dropout,) Linear <c>classes</c></description></item>
/// </list>
/// </summary>
public static class SimpleCnn
{
    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="inputShape">The shape of one image; 3×32×32 when null.</param>
    /// <param name="dropout">The share of features dropped before the last layer while training, in
    /// [0, 1); no dropout layer when 0.</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null.</param>
    /// <exception cref="ArgumentException">The image is below 4×4, too small for the two pools.</exception>
    public static NetworkDefinition Create(
        int classes = 10, TensorShape? inputShape = null, double dropout = 0, Normalize? normalization = null) =>
        NetworkDefinition.Build(inputShape ?? new(3, 32, 32), network => network
            .OptionalNormalize(normalization)
            .Sequential("features", features => features
                .Conv2d(32, 3, padding: 1).ReLU().MaxPool2d(2)
                .Conv2d(64, 3, padding: 1).ReLU().MaxPool2d(2))
            .Flatten("flatten")
            .Sequential("classifier", classifier => _ = dropout == 0
                ? classifier.Linear(classes)
                : classifier.Dropout(dropout).Linear(classes)));
}
