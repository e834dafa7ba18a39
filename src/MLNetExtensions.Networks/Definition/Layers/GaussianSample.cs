namespace MLNetExtensions.Networks;

/// <summary>
/// While training a draw from a normal distribution, mean + exp(½·log variance)·ε with ε ~ N(0, 1), so that gradients reach mean
/// and variance: the reparametrisation of a variational autoencoder (Kingma and Welling, "Auto-Encoding Variational Bayes", 2013,
/// section 2.4). While scoring the mean. Takes the mean and the logarithm of the variance, of one shape.
/// </summary>
public sealed record GaussianSample : Layer
{
    internal override bool IsRandom => true;

    internal override int InputCount => 2;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => inputs[0].Equals(inputs[1])
        ? inputs[0]
        : throw new ArgumentException($"needs a mean and a log variance of one shape but they are {inputs[0]} and {inputs[1]}.");
}
