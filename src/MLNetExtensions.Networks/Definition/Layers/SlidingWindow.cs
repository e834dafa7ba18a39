namespace MLNetExtensions.Networks;

/// <summary>The output sizes of windows that slide over an image or a row: convolutions and pooling.</summary>
internal static class SlidingWindow
{
    /// <summary>One dimension of the output: ⌊(size + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1.</summary>
    /// <exception cref="ArgumentException">A number is out of range or the window is larger than the padded input.</exception>
    public static int OutputSize(int size, int kernelSize, int stride, int padding, int dilation = 1, bool ceilMode = false)
    {
        if (kernelSize < 1 || stride < 1 || padding < 0 || dilation < 1)
            throw new ArgumentException(
                "needs kernelSize, stride and dilation of at least 1 and padding of at least 0, not " +
                $"{kernelSize}, {stride}, {dilation} and {padding}.");
        int span = size + 2 * padding - dilation * (kernelSize - 1) - 1;
        if (span < 0)
            throw new ArgumentException(
                $"has a window of {dilation * (kernelSize - 1) + 1} that does not fit an input of {size} with padding " +
                $"{padding}.");
        int output = (ceilMode ? (span + stride - 1) / stride : span / stride) + 1;
        // As PyTorch: the last window of ceil mode must start inside the input or its left padding.
        return ceilMode && (output - 1) * stride >= size + padding ? output - 1 : output;
    }

    /// <summary>The output of pooling.</summary>
    /// <inheritdoc cref="OutputSize"/>
    public static TensorShape PoolShape(
        TensorShape input, Size2d kernelSize, Size2d stride, Size2d padding, bool ceilMode, Size2d? dilation = null) =>
        new(
            input.Channels,
            PoolSize(input[1], kernelSize.Height, stride.Height, padding.Height, dilation?.Height ?? 1, ceilMode),
            PoolSize(input[2], kernelSize.Width, stride.Width, padding.Width, dilation?.Width ?? 1, ceilMode));

    private static int PoolSize(int size, int kernelSize, int stride, int padding, int dilation, bool ceilMode) =>
        2 * padding > kernelSize
            ? throw new ArgumentException($"has padding {padding}, more than half its window of {kernelSize}.")
            : OutputSize(size, kernelSize, stride, padding, dilation, ceilMode);
}
