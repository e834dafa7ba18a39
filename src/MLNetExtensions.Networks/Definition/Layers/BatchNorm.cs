namespace MLNetExtensions.Networks;

/// <summary>Batch normalisation of each channel (Ioffe and Szegedy, 2015): statistics of the batch while training, running ones
/// while scoring. Parameters <c>weight</c> (1) and <c>bias</c> (0), buffers <c>running_mean</c> (0) and <c>running_var</c> (1,
/// unbiased), all [channels].</summary>
/// <remarks>A batch of one value a channel has no variance, and nothing can be learned from it: as in PyTorch, a training step
/// refuses it, and a run refuses a batch size that would come to one. A last batch of one example gets a second one where it
/// can.</remarks>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">Share of the batch in the running statistics.</param>
/// <param name="Affine">Whether weight and bias exist.</param>
public abstract record BatchNorm(double Epsilon, double Momentum, bool Affine) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => inputs[0];

    /// <summary>Whether the layer called <paramref name="name"/> is frozen: its weight is among <paramref name="frozen"/>, or one
    /// of its buffers, as when a group of layers is named or a layer has no weight. It then uses its running statistics in
    /// training too, and they stay as they are.</summary>
    internal bool IsFrozen(string name, IReadOnlySet<string> frozen) =>
        frozen.Contains($"{name}.weight") || frozen.Contains($"{name}.running_mean") || frozen.Contains($"{name}.running_var");

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape shape = new(inputs[0].Channels);
        if (Affine)
        {
            yield return new("weight", shape, new ConstantInitializer(1));
            yield return new("bias", shape, new ConstantInitializer(0));
        }
        yield return new("running_mean", shape, new ConstantInitializer(0), ParameterRole.Buffer);
        yield return new("running_var", shape, new ConstantInitializer(1), ParameterRole.Buffer);
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 4 * output.Size;
}

/// <summary>Batch normalisation of a row of features, input [features].</summary>
/// <inheritdoc cref="BatchNorm"/>
public sealed record BatchNorm1d(double Epsilon = 1e-5, double Momentum = 0.1, bool Affine = true)
    : BatchNorm(Epsilon, Momentum, Affine)
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => inputs[0].Rank is 1 or 2
        ? inputs[0]
        : throw new ArgumentException(
            $"expects [features] or [channels×length] but its input is {inputs[0]}; an image needs BatchNorm2d.");
}

/// <summary>Batch normalisation of an image, input [channels×height×width].</summary>
/// <inheritdoc cref="BatchNorm"/>
public sealed record BatchNorm2d(double Epsilon = 1e-5, double Momentum = 0.1, bool Affine = true)
    : BatchNorm(Epsilon, Momentum, Affine)
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => RequireImage(inputs[0]);
}
