namespace MLNetExtensions.Networks;

/// <summary>Two-dimensional cross-correlation. Input [in×H×W], output [<paramref name="OutChannels"/>×H'×W']; parameters
/// <c>weight</c> [out×in/groups×kernel×kernel] and <c>bias</c> [out].</summary>
/// <param name="OutChannels">The number of filters, a multiple of <paramref name="Groups"/>.</param>
/// <param name="KernelSize">Height and width of the window.</param>
/// <param name="Stride">Step of the window.</param>
/// <param name="Padding">Zeros added on each side.</param>
/// <param name="Dilation">Distance between the window's elements.</param>
/// <param name="Groups">Independent groups of channels.</param>
/// <param name="Bias">Whether a bias is added.</param>
/// <param name="Initialization">How weight and bias are drawn before training.</param>
public sealed record Conv2d(
    int OutChannels,
    int KernelSize,
    int Stride = 1,
    int Padding = 0,
    int Dilation = 1,
    int Groups = 1,
    bool Bias = true,
    WeightInitialization Initialization = WeightInitialization.FanInUniform) : Layer
{
    /// <inheritdoc/>
    public override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape input = RequireImage(inputs[0]);
        if (Groups < 1 || OutChannels < 1 || input.Channels % Groups != 0 || OutChannels % Groups != 0)
            throw new ArgumentException(
                $"can't split {input.Channels} input and {OutChannels} output channels into {Groups} groups.");
        return new(
            OutChannels,
            Window2d.OutputSize(input[1], KernelSize, Stride, Padding, Dilation),
            Window2d.OutputSize(input[2], KernelSize, Stride, Padding, Dilation));
    }

    /// <inheritdoc/>
    public override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs)
    {
        int inChannels = inputs[0].Channels / Groups;
        long fanIn = (long)inChannels * KernelSize * KernelSize;
        long fanOut = (long)OutChannels * KernelSize * KernelSize;
        yield return new(
            "weight", new(OutChannels, inChannels, KernelSize, KernelSize), Initializer.OfWeight(Initialization, fanIn, fanOut));
        if (Bias)
            yield return new("bias", new(OutChannels), Initializer.OfBias(Initialization, fanIn));
    }

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) =>
        output.Size * (2L * (inputs[0].Channels / Groups) * KernelSize * KernelSize + (Bias ? 1 : 0));
}
