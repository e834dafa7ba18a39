using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="ConvTranspose2d"/>
/// <remarks>It is the convolution from its output to its input, run backward.</remarks>
internal sealed unsafe class ConvTranspose2dLayer<T>(LayerContext<T> context, ConvTranspose2d layer) : WeightedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly BatchConvolution<T> _kernel =
        context.Kernels.Convolution(
            Geometry(layer, context.Inputs[0], context.Output), context.MaxBlocks, context.Pool, context.Scores);

    public override void Dispose()
    {
        base.Dispose();
        _kernel.Dispose();
    }

    protected override void Forward(Pass<T> pass, T* input, T* weight, T* bias, T* output) =>
        _kernel.Transposed(input, weight, bias, output, pass.Blocks, Rectifier);

    protected override void BackwardWeights(Pass<T> pass, T* input, T* gradient, T* weightGradient, T* biasGradient)
    {
        _kernel.BackwardWeights(gradient, input, weightGradient, null, pass.Blocks);
        if (biasGradient != null)
            Context.Elementwise.SumChannels(
                gradient, pass.Blocks, Context.Output.Channels, Context.Output.SpatialSize, biasGradient);
    }

    protected override void BackwardData(Pass<T> pass, T* gradient, T* weight, T* inputGradient) =>
        _kernel.Forward(gradient, weight, null, inputGradient, pass.Blocks, Rectifier.None);

    /// <summary>The convolution from the layer's output to its input.</summary>
    private static ConvGeometry Geometry(ConvTranspose2d layer, TensorShape input, TensorShape output) => new(
        output.Channels, output[1], output[2], input.Channels, layer.KernelSize.Height, layer.KernelSize.Width,
        layer.Stride.Height, layer.Stride.Width, layer.Padding.Height, layer.Padding.Width,
        layer.Dilation.Height, layer.Dilation.Width, layer.Groups);
}
