namespace MLNetExtensions.Networks;

/// <summary>One-dimensional cross-correlation. Input [in×L], output [<paramref name="OutChannels"/>×L']; parameters
/// <c>weight</c> [out×in/groups×kernel] and <c>bias</c> [out].</summary>
/// <param name="OutChannels">The number of filters, a multiple of <paramref name="Groups"/>.</param>
/// <param name="KernelSize">Length of the window.</param>
/// <param name="Stride">Step of the window.</param>
/// <param name="Padding">Zeros added on each side.</param>
/// <param name="Dilation">Distance between the window's elements.</param>
/// <param name="Groups">Independent groups of channels.</param>
/// <param name="Bias">Whether a bias is added.</param>
/// <param name="Initialization">How weight and bias are drawn before training.</param>
public sealed record Conv1d(
    int OutChannels,
    int KernelSize,
    int Stride = 1,
    int Padding = 0,
    int Dilation = 1,
    int Groups = 1,
    bool Bias = true,
    WeightInitialization Initialization = WeightInitialization.FanInUniform) : SequenceLayer
{
    internal override Conv2d AsImageLayer =>
        new(OutChannels, (1, KernelSize), (1, Stride), (0, Padding), (1, Dilation), Groups, Bias, Initialization);

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs) =>
        base.Parameters(inputs).Select(spec => spec.Shape.Rank == 4
            ? spec with { Shape = new(spec.Shape[0], spec.Shape[1], KernelSize) }
            : spec);
}
