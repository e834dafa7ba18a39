namespace MLNetExtensions.Networks;

/// <summary>
/// The mean of (first − second)² over all values of two inputs of one shape; output [1]. Of an input and what an autoencoder
/// makes of it, this is the reconstruction error, which is high for examples unlike those trained on: an anomaly score (Sakurada
/// and Yairi, "Anomaly Detection Using Autoencoders with Nonlinear Dimensionality Reduction", 2014). PyTorch's <c>mse_loss</c>,
/// for each example by itself.
/// </summary>
public sealed record MeanSquaredDifference : Layer
{
    internal override int InputCount => 2;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => inputs[0].Equals(inputs[1])
        ? new(1)
        : throw new ArgumentException($"needs two inputs of one shape but they are {inputs[0]} and {inputs[1]}.");

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 3 * inputs[0].Size;
}
