using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>
/// The layout of images for convolutions on the processor: the channels of a pixel beside each other. In PyTorch's usual layout
/// libtorch 2.10 (oneDNN 3.7) goes through blocks of 16 channels, and on some AVX-512 processors its results are wrong where the
/// channels that are summed over are not a multiple of 16: input gradients from 16→20, 16→24 or 32→40 channels by a 3×3 kernel
/// were 14 to 95 % off or NaN, outputs from 24→60 channels 21 %. In this layout it takes kernels without blocks, which were right
/// and as fast or faster.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>The same images, [count×channels×height×width], in that layout; a copy unless they have it.</summary>
    /// <remarks>libtorch reads a tensor's layout off its strides. Where a dimension is 1, as the channels of grey images, several
    /// fit, and it takes the usual layout for meant. From a flat tensor the strides are the ones of this layout
    /// everywhere.</remarks>
    public static Tensor Arrange(Tensor images)
    {
        long[] shape = images.shape;
        return images.permute(0, 2, 3, 1).reshape(-1).reshape(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2);
    }
}
