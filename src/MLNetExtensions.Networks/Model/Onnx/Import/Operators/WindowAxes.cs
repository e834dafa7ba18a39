namespace MLNetExtensions.Networks.Onnx;

/// <summary>The windows of a convolution or pool over sequences and images.</summary>
internal static class WindowAxes
{
    /// <summary>The windows of a node over each axis of positions: one of a sequence, two of an image.</summary>
    /// <param name="node">The node.</param>
    /// <param name="input">What it takes: [N×channels×length] or [N×channels×height×width].</param>
    /// <param name="kernel">The window's size.</param>
    /// <exception cref="NotSupportedException">There are more dimensions.</exception>
    public static WindowAxis[] Of(NodeImport node, NetworkValue input, long[] kernel) =>
        input.Rank is 3 or 4 && input.IsPlain
            ? WindowAxis.Of(node, input.Dims[2..], kernel, input.Padding?[2..])
            : throw node.NotSupported($"slides over {input.Dims.Text()}; sequences and images are supported.");

    /// <summary>A number of both axes of an image as a size.</summary>
    public static Size2d Size(this WindowAxis[] axes, Func<WindowAxis, int> number) => (number(axes[0]), number(axes[1]));

    /// <summary>Adds a layer whose windows take over the padding of its input.</summary>
    public static NetworkValue Add(
        NodeImport node, Layer layer, OnnxConstant? weight, NetworkValue input,
        params IReadOnlyList<(string Name, WeightTensor Tensor)> parameters) =>
        node.Network.Add(
            node, layer, weight, [node.Network.Materialize(node, PaddingImport.WithoutPadding(input))], parameters);
}
