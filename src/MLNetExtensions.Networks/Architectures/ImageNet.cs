namespace MLNetExtensions.Networks.Architectures;

/// <summary>Constants of the data set that torchvision's pretrained weights were trained on.</summary>
public static class ImageNet
{
    /// <summary>The standardisation those weights expect (all but <see cref="Inception"/>'s), for pixels from 0 to 255
    /// in the order red, green, blue.</summary>
    public static Normalize Normalization { get; } = new(
        [0.485f * 255, 0.456f * 255, 0.406f * 255], [0.229f * 255, 0.224f * 255, 0.225f * 255]);
}
