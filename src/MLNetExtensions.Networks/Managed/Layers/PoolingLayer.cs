using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Pools each channel: <see cref="MaxPool2d"/>, <see cref="AvgPool2d"/> and <see cref="AdaptiveAvgPool2d"/>.</summary>
/// <param name="context">What it is made from.</param>
/// <param name="kernel">What it computes.</param>
/// <param name="planes">The number of planes of vectors in a block.</param>
/// <param name="reads">What the backward pass reads.</param>
internal sealed unsafe class PoolingLayer<T>(LayerContext<T> context, Pooling<T> kernel, int planes, BackwardReads reads)
    : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private Rectifier _rectifier;

    public override BackwardReads BackwardReads => reads;

    /// <summary>The layer for a node; null when it isn't one of pooling.</summary>
    public static PoolingLayer<T>? Create(LayerContext<T> context, int planes)
    {
        TensorShape input = context.Inputs[0];
        return context.Node.Layer switch
        {
            MaxPool2d layer => new(
                context,
                context.Kernels.MaxPool(
                    Geometry(input, layer.KernelSize, layer.Stride, layer.Padding, layer.CeilMode, true, layer.Dilation),
                    context.Pool),
                planes,
                BackwardReads.Input | BackwardReads.Output),
            AvgPool2d layer => new(
                context,
                context.Kernels.AvgPool(
                    Geometry(input, layer.KernelSize, layer.Stride, layer.Padding, layer.CeilMode, layer.CountIncludePad),
                        context.Pool),
                planes,
                BackwardReads.None),
            AdaptiveAvgPool2d layer => new(
                context,
                context.Kernels.AdaptiveAvgPool(input[1], input[2], layer.Height, layer.Width, context.Pool),
                planes,
                BackwardReads.None),
            _ => null,
        };
    }

    /// <summary>Saves a rectified input the pass over its gradient: where the maximum of a window is an end of the range, the
    /// gradient of each of its values is zero. Averages cannot.</summary>
    public void RectifyGradient(ManagedLayer<T> producer, Rectifier rectifier)
    {
        if (!reads.HasFlag(BackwardReads.Output))
            return;
        _rectifier = rectifier;
        producer.GradientIsRectified = true;
    }

    /// <summary>A maximum, which reads its output on the way back, gives all to one of its values; an average gives each a
    /// share.</summary>
    public override double InputDensity(double outputDensity) => reads.HasFlag(BackwardReads.Output)
        ? Math.Min(1, outputDensity * Output.BlockLength / Inputs[0].BlockLength)
        : 1;

    public override void Forward(Pass<T> pass) => kernel.Forward(Inputs[0].Data, Output.Data, pass.Blocks * planes);

    public override void Backward(Pass<T> pass) =>
        kernel.Backward(
            Inputs[0].Data, Output.Data, OutputGradient!.Data, InputGradients[0]!.Data, pass.Blocks * planes, _rectifier);

    private static PoolGeometry Geometry(
        TensorShape input, Size2d kernelSize, Size2d stride, Size2d padding, bool ceilMode, bool countIncludePad,
        Size2d? dilation = null) => new(
            input[1], input[2], kernelSize.Height, kernelSize.Width, stride.Height, stride.Width, padding.Height, padding.Width,
            dilation?.Height ?? 1, dilation?.Width ?? 1, CeilMode: ceilMode, CountIncludePad: countIncludePad);
}
