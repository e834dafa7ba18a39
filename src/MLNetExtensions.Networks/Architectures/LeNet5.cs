namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// LeNet-5 (LeCun et al., "Gradient-based learning applied to document recognition", 1998) as it is built today: ReLU and
/// max-pooling in place of scaled tanh and averaging, a plain softmax output. 61,706 parameters for 28×28 grey images and 10
/// classes.
/// <list type="table">
/// <item><term>features</term><description>Conv 6@5×5 pad 2, ReLU, MaxPool 2, Conv 16@5×5, ReLU, MaxPool 2</description></item>
/// <item><term>classifier</term><description>Linear 120, ReLU, Linear 84, ReLU, Linear <c>classes</c></description></item>
/// </list>
/// </summary>
public static class LeNet5
{
    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="inputShape">The shape of one image; 1×28×28 when null.</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null.</param>
    /// <exception cref="ArgumentException">The image is below 12×12, too small for the two pools.</exception>
    public static NetworkDefinition Create(int classes = 10, TensorShape? inputShape = null, Normalize? normalization = null) =>
        NetworkDefinition.Build(inputShape ?? new(1, 28, 28), network => network
            .OptionalNormalize(normalization)
            .Sequential("features", features => features
                .Conv2d(6, 5, padding: 2).ReLU().MaxPool2d(2)
                .Conv2d(16, 5).ReLU().MaxPool2d(2))
            .Flatten("flatten")
            .Sequential("classifier", classifier => classifier
                .Linear(120).ReLU()
                .Linear(84).ReLU()
                .Linear(classes)));
}
