namespace MLNetExtensions.Networks;

/// <summary>Two-dimensional transposed convolution: the gradient of a <see cref="Conv2d"/> with respect to its input, used
/// forward to enlarge an image. Input [in×H×W], output [<paramref name="OutChannels"/>×H'×W'] with
/// H' = (H − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1; parameters <c>weight</c>
/// [in×out/groups×kernel×kernel] and <c>bias</c> [out].</summary>
/// <param name="OutChannels">The number of output channels, a multiple of <paramref name="Groups"/>.</param>
/// <param name="KernelSize">Height and width of the window.</param>
/// <param name="Stride">Distance between the windows that neighbouring inputs are spread over; 1 when null.</param>
/// <param name="Padding">Rows and columns of the output that are cut off on each side; none when null.</param>
/// <param name="OutputPadding">Rows and columns added below and to the right, fewer than <paramref name="Stride"/>; none when
/// null.</param>
/// <param name="Groups">Independent groups of channels.</param>
/// <param name="Bias">Whether a bias is added.</param>
/// <param name="Dilation">Distance between the window's elements; 1 when null.</param>
/// <param name="Initialization">How weight and bias are drawn before training. As in PyTorch, which takes the weight's second
/// dimension for the inputs, fan-in is out/groups·kernel·kernel.</param>
public sealed record ConvTranspose2d(
    int OutChannels,
    Size2d KernelSize,
    Size2d? Stride = null,
    Size2d? Padding = null,
    Size2d? OutputPadding = null,
    int Groups = 1,
    bool Bias = true,
    Size2d? Dilation = null,
    WeightInitialization Initialization = WeightInitialization.FanInUniform) : Layer
{
    /// <summary>Distance between the windows of neighbouring inputs.</summary>
    public Size2d Stride { get; init; } = Stride ?? 1;

    /// <summary>What is cut off on each side.</summary>
    public Size2d Padding { get; init; } = Padding ?? 0;

    /// <summary>What is added below and to the right.</summary>
    public Size2d OutputPadding { get; init; } = OutputPadding ?? 0;

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
            OutputSize(input[1], KernelSize.Height, Stride.Height, Padding.Height, OutputPadding.Height, Dilation.Height),
            OutputSize(input[2], KernelSize.Width, Stride.Width, Padding.Width, OutputPadding.Width, Dilation.Width));
    }

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs)
    {
        int outChannels = OutChannels / Groups, inChannels = inputs[0].Channels;
        long fanIn = outChannels * KernelSize.Area, fanOut = inChannels * KernelSize.Area;
        yield return new(
            "weight", new(inChannels, outChannels, KernelSize.Height, KernelSize.Width),
            Initializer.OfWeight(Initialization, fanIn, fanOut));
        if (Bias)
            yield return new("bias", new(OutChannels), Initializer.OfBias(Initialization, fanIn));
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) =>
        inputs[0].Size * 2 * (OutChannels / Groups) * KernelSize.Area + (Bias ? output.Size : 0);

    private static int OutputSize(int size, int kernelSize, int stride, int padding, int outputPadding, int dilation)
    {
        if (kernelSize < 1 || stride < 1 || padding < 0 || dilation < 1)
            throw new ArgumentException(
                "needs kernelSize, stride and dilation of at least 1 and padding of at least 0, not " +
                $"{kernelSize}, {stride}, {dilation} and {padding}.");
        if (outputPadding < 0 || outputPadding >= stride)
            throw new ArgumentException($"needs an output padding from 0 to below its stride of {stride}, not {outputPadding}.");
        int output = (size - 1) * stride - 2 * padding + dilation * (kernelSize - 1) + outputPadding + 1;
        return output >= 1
            ? output
            : throw new ArgumentException($"cuts off all of its output by a padding of {padding}.");
    }
}
