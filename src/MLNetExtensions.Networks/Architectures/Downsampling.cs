namespace MLNetExtensions.Networks.Architectures;

/// <summary>How a block of convolutions halves the image.</summary>
public enum Downsampling
{
    /// <summary>A 2×2 max pool behind the block's last convolution.</summary>
    MaxPool,

    /// <summary>The block's last convolution has stride 2 (Springenberg et al., "Striving for Simplicity: The All Convolutional
    /// Net", 2014).</summary>
    StridedConvolution,
}
