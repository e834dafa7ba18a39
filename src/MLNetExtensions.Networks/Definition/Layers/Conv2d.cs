namespace MLNetExtensions.Networks;

/// <summary>Two-dimensional cross-correlation. Input [in×H×W], output [<paramref name="OutChannels"/>×H'×W']; parameters
/// <c>weight</c> [out×in/groups×kernel×kernel] and <c>bias</c> [out].</summary>
/// <param name="OutChannels">The number of filters, a multiple of <paramref name="Groups"/>.</param>
/// <param name="KernelSize">Height and width of the window.</param>
/// <param name="Stride">Step of the window; 1 when null.</param>
/// <param name="Padding">Zeros added on each side; none when null.</param>
/// <param name="Dilation">Distance between the window's elements; 1 when null.</param>
/// <param name="Groups">Independent groups of channels; as many as there are channels make a depthwise convolution.</param>
/// <param name="Bias">Whether a bias is added.</param>
/// <param name="Initialization">How weight and bias are drawn before training.</param>
public sealed record Conv2d(
    int OutChannels,
    Size2d KernelSize,
    Size2d? Stride = null,
    Size2d? Padding = null,
    Size2d? Dilation = null,
    int Groups = 1,
    bool Bias = true,
    WeightInitialization Initialization = WeightInitialization.FanInUniform) : Layer
{
    /// <summary>Step of the window.</summary>
    public Size2d Stride { get; init; } = Stride ?? 1;

    /// <summary>Zeros added on each side.</summary>
    public Size2d Padding { get; init; } = Padding ?? 0;

    /// <summary>Distance between the window's elements.</summary>
    public Size2d Dilation { get; init; } = Dilation ?? 1;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape input = RequireImage(inputs[0]);
        if (Groups < 1 || OutChannels < 1 || input.Channels % Groups != 0 || OutChannels % Groups != 0)
            throw new ArgumentException(
                $"can't split {input.Channels} input and {OutChannels} output channels into {Groups} groups.");
        return new(
            OutChannels,
            SlidingWindow.OutputSize(input[1], KernelSize.Height, Stride.Height, Padding.Height, Dilation.Height),
            SlidingWindow.OutputSize(input[2], KernelSize.Width, Stride.Width, Padding.Width, Dilation.Width));
    }

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs)
    {
        int inChannels = inputs[0].Channels / Groups;
        long fanIn = inChannels * KernelSize.Area, fanOut = OutChannels * KernelSize.Area;
        yield return new(
            "weight", new(OutChannels, inChannels, KernelSize.Height, KernelSize.Width),
            Initializer.OfWeight(Initialization, fanIn, fanOut));
        if (Bias)
            yield return new("bias", new(OutChannels), Initializer.OfBias(Initialization, fanIn));
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) =>
        output.Size * (2 * (inputs[0].Channels / Groups) * KernelSize.Area + (Bias ? 1 : 0));
}
