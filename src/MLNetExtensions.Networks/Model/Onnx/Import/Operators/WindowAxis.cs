namespace MLNetExtensions.Networks.Onnx;

/// <summary>A window that slides along one axis, as ONNX describes it.</summary>
/// <param name="Size">The length of the axis.</param>
/// <param name="Kernel">The elements of the window.</param>
/// <param name="Stride">Its step.</param>
/// <param name="Dilation">The distance of its elements.</param>
/// <param name="Before">The padding before the axis.</param>
/// <param name="After">The padding after it.</param>
/// <param name="Ceiling">Whether a last, partial window counts.</param>
internal readonly record struct WindowAxis(
    long Size, int Kernel, int Stride, int Dilation, int Before, int After, bool Ceiling)
{
    /// <summary>From the first element of the window to the last.</summary>
    public int Extent => Dilation * (Kernel - 1) + 1;

    /// <summary>The number of windows.</summary>
    public long Output
    {
        get
        {
            long span = Size + Before + After - Extent;
            long output = (Ceiling ? (span + Stride - 1) / Stride : span / Stride) + 1;
            // A last window must begin within the axis or the padding before it.
            return Ceiling && (output - 1) * Stride >= Size + Before ? output - 1 : output;
        }
    }

    /// <summary>The windows of a node over the spatial axes of its input.</summary>
    /// <param name="node">The node.</param>
    /// <param name="sizes">The lengths of the spatial axes.</param>
    /// <param name="kernel">The window's size.</param>
    /// <param name="inputPadding">Zeros that a Pad node has put around the input; the sizes count them.</param>
    public static WindowAxis[] Of(NodeImport node, long[] sizes, long[] kernel, (long Before, long After)[]? inputPadding)
    {
        int rank = sizes.Length;
        long[] strides = Given("strides", rank, 1), dilations = Given("dilations", rank, 1), pads = Given("pads", 2 * rank, 0);
        if (kernel.Length != rank)
            throw node.Malformed($"has a window of {kernel.Length} dimensions over {rank}.");
        if (kernel.Concat(strides).Concat(dilations).Any(value => value is < 1 or > int.MaxValue))
            throw node.Malformed("has a window, stride or dilation below 1.");
        string automatic = node.Text("auto_pad", "NOTSET");
        bool ceiling = node.Int("ceil_mode", 0) != 0;
        return [.. Enumerable.Range(0, rank).Select(Axis)];

        long[] Given(string name, int count, long missing) => node.Ints(name) switch
        {
            null or [] => [.. Enumerable.Repeat(missing, count)],
            { } values when values.Length == count => values,
            { } values => throw node.Malformed($"has {values.Length} {name} for {rank} dimensions."),
        };

        WindowAxis Axis(int axis)
        {
            long before = pads[axis], after = pads[rank + axis], size = sizes[axis];
            if (automatic is "SAME_UPPER" or "SAME_LOWER")
            {
                long output = (size + strides[axis] - 1) / strides[axis];
                long extent = checked(dilations[axis] * (kernel[axis] - 1) + 1);
                long total = Math.Max((output - 1) * strides[axis] + extent - size, 0);
                (before, after) = automatic == "SAME_UPPER" ? (total / 2, total - total / 2) : (total - total / 2, total / 2);
            }
            if (inputPadding?[axis] is var (outerBefore, outerAfter))
                (before, after, size) = (before + outerBefore, after + outerAfter, size - outerBefore - outerAfter);
            if (before < 0 || after < 0)
                throw node.NotSupported("has negative padding.");
            return new(
                size, (int)kernel[axis], (int)strides[axis], (int)dilations[axis], checked((int)before), checked((int)after),
                ceiling);
        }
    }
}
