namespace MLNetExtensions.Networks.Managed;

/// <summary>The shape of a two-dimensional convolution of one image; PyTorch's meaning of every parameter.</summary>
internal readonly record struct ConvGeometry(
    int InChannels,
    int Height,
    int Width,
    int OutChannels,
    int KernelH,
    int KernelW,
    int StrideH = 1,
    int StrideW = 1,
    int PadH = 0,
    int PadW = 0,
    int DilationH = 1,
    int DilationW = 1,
    int Groups = 1)
{
    public int OutHeight => (Height + 2 * PadH - DilationH * (KernelH - 1) - 1) / StrideH + 1;

    public int OutWidth => (Width + 2 * PadW - DilationW * (KernelW - 1) - 1) / StrideW + 1;

    /// <summary>Taps of the kernel on one channel.</summary>
    public int KernelArea => KernelH * KernelW;

    /// <summary>Whether each channel is convolved by itself, to one channel.</summary>
    public bool IsDepthwise => Groups > 1 && Groups == InChannels && Groups == OutChannels;

    public int GroupInChannels => InChannels / Groups;

    public int GroupOutChannels => OutChannels / Groups;

    public int WeightCount => OutChannels * GroupInChannels * KernelArea;
}
