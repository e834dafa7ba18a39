namespace MLNetExtensions.Transformers;

/// <summary>Views of an image that are scored beside it; the score is the mean over all of them (of probabilities, for classes). With
/// both flips there are four views. Each costs as much time as scoring the image itself.</summary>
[Flags]
public enum TestTimeAugmentation
{
    /// <summary>The image alone.</summary>
    None = 0,

    /// <summary>The image mirrored left to right.</summary>
    HorizontalFlip = 1,

    /// <summary>The image upside down.</summary>
    VerticalFlip = 2,
}
