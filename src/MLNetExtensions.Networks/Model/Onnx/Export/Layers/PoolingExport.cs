namespace MLNetExtensions.Networks.Onnx;

/// <summary>Pooling layers.</summary>
internal static class PoolingExport
{
    /// <summary>From here on reductions take their axes as an input.</summary>
    public const int AxesAsInputOpset = 18;

    private const int DilatedPoolOpset = 10;

    public static string MaxPool1d(MaxPool1d layer, LayerExport export) =>
        MaxPool(export, [layer.KernelSize], [layer.Stride], [layer.Padding], [layer.Dilation ?? 1], layer.CeilMode);

    public static string MaxPool2d(MaxPool2d layer, LayerExport export) => MaxPool(
        export, layer.KernelSize.ToAxes(), layer.Stride.ToAxes(), layer.Padding.ToAxes(), (layer.Dilation ?? 1).ToAxes(),
        layer.CeilMode);

    public static string AvgPool1d(AvgPool1d layer, LayerExport export) => AveragePool(
        export, [layer.KernelSize], [layer.Stride], [layer.Padding], layer.CeilMode, layer.CountIncludePad);

    public static string AvgPool2d(AvgPool2d layer, LayerExport export) => AveragePool(
        export, layer.KernelSize.ToAxes(), layer.Stride.ToAxes(), layer.Padding.ToAxes(), layer.CeilMode, layer.CountIncludePad);

    public static string AdaptiveAvgPool(LayerExport export)
    {
        int[] input = [.. export.InputShape.Dimensions[1..]], output = [.. export.OutputShape.Dimensions[1..]];
        if (input.SequenceEqual(output))
            return export.Emit("Identity");
        if (output.All(size => size == 1))
            return export.Emit("GlobalAveragePool");
        if (input.Zip(output).All(pair => pair.First % pair.Second == 0))
        {
            long[] cell = [.. input.Zip(output, (size, count) => (long)(size / count))];
            return export.Emit("AveragePool", OnnxAttribute.Ints("kernel_shape", cell), OnnxAttribute.Ints("strides", cell));
        }
        // Cells of several sizes: averages of rows, then of columns, as products with constant matrices.
        string value = export.Input;
        if (input is [int height, _] && output is [int rows, _])
            value = export.Step("MatMul", [export.Constant("rows", [rows, height], AdaptivePooling.Matrix(height, rows)), value]);
        float[] columns = AdaptivePooling.Transpose(AdaptivePooling.Matrix(input[^1], output[^1]), input[^1], output[^1]);
        return export.Emit("MatMul", [value, export.Constant("columns", [input[^1], output[^1]], columns)]);
    }

    public static string Mean(Mean layer, LayerExport export) =>
        Mean(export, export.Input, export.InputShape.IndexOf(layer.Dimension) + 1, layer.KeepDimension);

    /// <summary>Adds the node whose value is the layer's output: a mean along an axis.</summary>
    public static string Mean(LayerExport export, string value, long axis, bool keepDimension)
    {
        AttributeProto keeps = OnnxAttribute.Int("keepdims", keepDimension ? 1 : 0);
        return export.Opset >= AxesAsInputOpset
            ? export.Emit("ReduceMean", [value, export.Constant("axes", axis)], keeps)
            : export.Emit("ReduceMean", [value], OnnxAttribute.Ints("axes", axis), keeps);
    }

    private static string MaxPool(
        LayerExport export, long[] kernel, long[] stride, long[] padding, long[] dilation, bool ceilMode)
    {
        bool isDilated = dilation.Any(distance => distance > 1);
        if (isDilated && export.Opset < DilatedPoolOpset)
            throw export.NotSupported($"before opset {DilatedPoolOpset} a pool has no dilation.");
        long[] extent = [.. kernel.Zip(dilation, (size, distance) => (size - 1) * distance + 1)];
        return export.Emit(
            "MaxPool",
            [
                .. Window(kernel, stride, [.. padding, .. Ends(export, extent, stride, padding, ceilMode)]),
                .. isDilated ? [OnnxAttribute.Ints("dilations", dilation)] : Array.Empty<AttributeProto>(),
            ]);
    }

    private static string AveragePool(
        LayerExport export, long[] kernel, long[] stride, long[] padding, bool ceilMode, bool countIncludePad)
    {
        long[] ends = Ends(export, kernel, stride, padding, ceilMode);
        if (!countIncludePad)
            return Average([export.Input], [.. padding, .. ends], include: 0);
        if (ends.SequenceEqual(padding))
            return Average([export.Input], [.. padding, .. ends], include: 1);
        // The padding counts, what a last window has beyond it does not: as zeros of the input and padding of the pool.
        long[] pads = [0, 0, .. padding, 0, 0, .. padding];
        string padded = export.Opset >= ShapeExport.PadOfInputsOpset
            ? export.Step("Pad", [export.Input, export.Constant("pads", pads)])
            : export.Step("Pad", [export.Input], OnnxAttribute.Ints("pads", pads));
        return Average([padded], [.. padding.Select(_ => 0L), .. ends.Zip(padding, (end, pad) => end - pad)], include: 0);

        string Average(string[] input, long[] pads, int include) => export.Emit(
            "AveragePool", input, [.. Window(kernel, stride, pads), OnnxAttribute.Int("count_include_pad", include)]);
    }

    private static AttributeProto[] Window(long[] kernel, long[] stride, long[] pads) =>
    [
        OnnxAttribute.Ints("kernel_shape", kernel), OnnxAttribute.Ints("strides", stride), OnnxAttribute.Ints("pads", pads),
    ];

    /// <summary>The padding at the end of each axis, as much as the windows need: tools disagree on the attribute
    /// ceil_mode.</summary>
    private static long[] Ends(LayerExport export, long[] kernel, long[] stride, long[] padding, bool ceilMode)
    {
        return [.. padding.Select((pad, i) => ceilMode ? Math.Max(pad, Overhang(i)) : pad)];

        long Overhang(int i) =>
            (export.OutputShape[i + 1] - 1) * stride[i] + kernel[i] - export.InputShape[i + 1] - padding[i];
    }
}
