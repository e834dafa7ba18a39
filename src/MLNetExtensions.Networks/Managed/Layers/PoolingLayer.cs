using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Pools each channel: <see cref="MaxPool2d"/>, <see cref="AvgPool2d"/> and <see cref="AdaptiveAvgPool2d"/>, as the kernel says.</summary>
internal sealed unsafe class PoolingLayer<T>(LayerContext<T> context, Pooling<T> kernel, BackwardReads reads) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _channels = context.Output.Channels;

    public override BackwardReads BackwardReads => reads;

    public static Pooling<T> Max(KernelSet<T> kernels, WorkerPool pool, MaxPool2d layer, TensorShape input) =>
        kernels.MaxPool(Geometry(input, layer.KernelSize, layer.Stride, layer.Padding, layer.CeilMode, true), pool);

    public static Pooling<T> Average(KernelSet<T> kernels, WorkerPool pool, AvgPool2d layer, TensorShape input) =>
        kernels.AvgPool(Geometry(input, layer.KernelSize, layer.Stride, layer.Padding, layer.CeilMode, layer.CountIncludePad), pool);

    public static Pooling<T> Adaptive(KernelSet<T> kernels, WorkerPool pool, AdaptiveAvgPool2d layer, TensorShape input) =>
        kernels.AdaptiveAvgPool(input[1], input[2], layer.Height, layer.Width, pool);

    public override void Forward(Pass<T> pass) => kernel.Forward(Inputs[0].Data, Output.Data, pass.Blocks * _channels);

    public override void Backward(Pass<T> pass) =>
        kernel.Backward(Inputs[0].Data, Output.Data, OutputGradient!.Data, InputGradients[0]!.Data, pass.Blocks * _channels);

    private static PoolGeometry Geometry(TensorShape input, int kernelSize, int stride, int padding, bool ceilMode, bool countIncludePad)
    {
        int step = stride == 0 ? kernelSize : stride;
        return new(input[1], input[2], kernelSize, kernelSize, step, step, padding, padding, 1, 1, ceilMode, countIncludePad);
    }
}
