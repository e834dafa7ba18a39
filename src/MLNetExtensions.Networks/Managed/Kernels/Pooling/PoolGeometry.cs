namespace MLNetExtensions.Networks.Managed;

/// <summary>The shape of a two-dimensional pooling of one plane; PyTorch's meaning of every parameter.</summary>
internal readonly record struct PoolGeometry(
    int Height,
    int Width,
    int KernelH,
    int KernelW,
    int StrideH,
    int StrideW,
    int PadH = 0,
    int PadW = 0,
    int DilationH = 1,
    int DilationW = 1,
    bool CeilMode = false,
    bool CountIncludePad = true)
{
    public int OutHeight => Output(Height, KernelH, StrideH, PadH, DilationH);

    public int OutWidth => Output(Width, KernelW, StrideW, PadW, DilationW);

    private int Output(int input, int kernel, int stride, int pad, int dilation)
    {
        int span = input + 2 * pad - dilation * (kernel - 1) - 1;
        int output = (CeilMode ? (span + stride - 1) / stride : span / stride) + 1;

        // A last window that starts in the right padding would see nothing.
        return CeilMode && (output - 1) * stride >= input + pad ? output - 1 : output;
    }
}

/// <summary>The inputs of one output along one axis: <paramref name="Count"/> of them from <paramref name="First"/>,
/// <paramref name="Step"/> apart.</summary>
/// <param name="First">The first input inside the plane.</param>
/// <param name="Count">Inputs inside the plane.</param>
/// <param name="Step">Distance between inputs.</param>
/// <param name="Divisor">What a mean divides by along this axis.</param>
internal readonly record struct PoolWindow(int First, int Count, int Step, int Divisor)
{
    /// <summary>The windows of a pooling with a kernel.</summary>
    public static PoolWindow[] Sliding(int input, int output, int kernel, int stride, int pad, int dilation, bool countPad) =>
        [.. Enumerable.Range(0, output).Select(i =>
        {
            int start = i * stride - pad;
            int skipped = start < 0 ? (-start + dilation - 1) / dilation : 0;
            int count = Math.Max(0, Math.Min(kernel - skipped, (input - 1 - start - skipped * dilation + dilation) / dilation));
            return new PoolWindow(
                start + skipped * dilation, count, dilation, countPad ? Math.Min(kernel, input + pad - start) : count);
        })];

    /// <summary>The windows that cut an axis into a given number of outputs.</summary>
    public static PoolWindow[] Adaptive(int input, int output) =>
        [.. Enumerable.Range(0, output).Select(i =>
        {
            (int start, int end) = ((int)((long)i * input / output), (int)(((i + 1L) * input + output - 1) / output));
            return new PoolWindow(start, end - start, 1, end - start);
        })];
}
