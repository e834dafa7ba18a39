namespace MLNetExtensions.Networks.Onnx;

/// <summary>Convolutions.</summary>
internal static class ConvolutionExport
{
    public static string Conv1d(Conv1d layer, LayerExport export) => Convolution(
        export, "Conv", layer.Bias, layer.Groups, [layer.KernelSize], [layer.Stride], [layer.Padding], [layer.Dilation]);

    public static string Conv2d(Conv2d layer, LayerExport export) => Convolution(
        export, "Conv", layer.Bias, layer.Groups,
        layer.KernelSize.ToAxes(), layer.Stride.ToAxes(), layer.Padding.ToAxes(), layer.Dilation.ToAxes());

    public static string ConvTranspose2d(ConvTranspose2d layer, LayerExport export) => Convolution(
        export, "ConvTranspose", layer.Bias, layer.Groups,
        layer.KernelSize.ToAxes(), layer.Stride.ToAxes(), layer.Padding.ToAxes(), layer.Dilation.ToAxes(),
        OnnxAttribute.Ints("output_padding", layer.OutputPadding.ToAxes()));

    private static string Convolution(
        LayerExport export, string operation, bool hasBias, int groups,
        long[] kernel, long[] stride, long[] padding, long[] dilation, params AttributeProto[] more) => export.Emit(
        operation,
        [export.Input, export.Parameter("weight"), .. hasBias ? [export.Parameter("bias")] : Array.Empty<string>()],
        [
            OnnxAttribute.Ints("kernel_shape", kernel), OnnxAttribute.Ints("strides", stride),
            OnnxAttribute.Ints("pads", [.. padding, .. padding]), OnnxAttribute.Ints("dilations", dilation),
            OnnxAttribute.Int("group", groups), .. more,
        ]);
}
