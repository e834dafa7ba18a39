namespace MLNetExtensions.Networks.Managed;

/// <summary>How a convolution, or a gradient of it, is computed.</summary>
internal enum ConvolutionMethod
{
    /// <summary>Sums over the taps of a kernel, at any kernel, stride, dilation and groups.</summary>
    Direct,

    /// <summary>Channel by channel.</summary>
    Depthwise,

    /// <summary>By Winograd's minimal filtering (<see cref="WinogradForm"/>).</summary>
    Winograd,

    /// <summary>The gradient of weights as matrix products with the transposed images.</summary>
    Transposed,

    /// <summary>Gradients as sums over the numbers, other than zero, of the output's gradient.</summary>
    Sparse,
}
