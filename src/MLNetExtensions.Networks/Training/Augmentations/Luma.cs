using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>The brightness of pixels (ITU-R BT.601, as Pillow and torchvision): 0.299 red + 0.587 green + 0.114 blue.</summary>
internal static class Luma
{
    private static readonly float[] Shares = [0.299f, 0.587f, 0.114f];

    /// <summary>Writes the brightness of each pixel; of images without colours, the mean of the channels.</summary>
    public static void Of(ReadOnlySpan<float> image, Span<float> grey, TensorShape shape)
    {
        grey.Clear();
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            float share = shape.Channels == Shares.Length ? Shares[channel] : 1f / shape.Channels;
            TensorPrimitives.MultiplyAdd(image.Slice(channel * grey.Length, grey.Length), share, grey, grey);
        }
    }
}
