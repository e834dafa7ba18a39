using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Conv2d"/>
internal sealed unsafe class Conv2dLayer<T>(LayerContext<T> context, Conv2d layer) : WeightedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly BatchConvolution<T> _kernel =
        context.Kernels.Convolution(Geometry(layer, context.Inputs[0]), context.MaxBlocks, context.Pool, context.Scores);

    public static ConvGeometry Geometry(Conv2d layer, TensorShape input) => new(
        input.Channels, input[1], input[2], layer.OutChannels, layer.KernelSize.Height, layer.KernelSize.Width,
        layer.Stride.Height, layer.Stride.Width, layer.Padding.Height, layer.Padding.Width,
        layer.Dilation.Height, layer.Dilation.Width, layer.Groups);

    public override void ExpectGradient(double density) => _kernel.GradientDensity = density;

    public override void Dispose()
    {
        base.Dispose();
        _kernel.Dispose();
    }

    protected override void Forward(Pass<T> pass, T* input, T* weight, T* bias, T* output) =>
        _kernel.Forward(input, weight, bias, output, pass.Blocks, Rectifier);

    protected override void BackwardWeights(Pass<T> pass, T* input, T* gradient, T* weightGradient, T* biasGradient) =>
        _kernel.BackwardWeights(input, gradient, weightGradient, biasGradient, pass.Blocks);

    protected override void BackwardData(Pass<T> pass, T* gradient, T* weight, T* inputGradient) =>
        _kernel.BackwardData(gradient, weight, inputGradient, pass.Blocks);
}
