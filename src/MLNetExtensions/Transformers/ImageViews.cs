using MLNetExtensions.Networks;

namespace MLNetExtensions.Transformers;

/// <summary>The views of images that a model scores (<see cref="TestTimeAugmentation"/>).</summary>
internal sealed class ImageViews
{
    private readonly int _height, _width;

    /// <exception cref="ArgumentOutOfRangeException">The network takes no images, or the views are unknown.</exception>
    public ImageViews(TestTimeAugmentation augmentation, TensorShape input)
    {
        Check(augmentation, input);
        Augmentation = augmentation;
        if (input.Rank == 3)
            (_height, _width) = (input[1], input[2]);
    }

    public TestTimeAugmentation Augmentation { get; }

    /// <summary>Throws unless a network has such views.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The network takes no images, or the views are unknown.</exception>
    public static void Check(TestTimeAugmentation augmentation, TensorShape input)
    {
        if ((augmentation & ~(TestTimeAugmentation.HorizontalFlip | TestTimeAugmentation.VerticalFlip)) != 0)
            throw new ArgumentOutOfRangeException(nameof(augmentation), augmentation, "There are no such views of an image.");
        if (augmentation != TestTimeAugmentation.None && input.Rank != 3)
            throw new ArgumentOutOfRangeException(
                nameof(augmentation), augmentation,
                $"Test-time augmentation needs a network of images [channels×height×width], but this one takes {input}.");
    }

    /// <summary>The flips that lead from each view to the next, the first one being the image itself; the last one leads back. Empty
    /// where there is one view only.</summary>
    public ReadOnlySpan<TestTimeAugmentation> Steps => Augmentation switch
    {
        TestTimeAugmentation.None => [],
        TestTimeAugmentation.HorizontalFlip => [TestTimeAugmentation.HorizontalFlip, TestTimeAugmentation.HorizontalFlip],
        TestTimeAugmentation.VerticalFlip => [TestTimeAugmentation.VerticalFlip, TestTimeAugmentation.VerticalFlip],
        _ =>
        [
            TestTimeAugmentation.HorizontalFlip, TestTimeAugmentation.VerticalFlip, TestTimeAugmentation.HorizontalFlip,
            TestTimeAugmentation.VerticalFlip,
        ],
    };

    /// <summary>Mirrors images in place, [channels×height×width] each.</summary>
    public void Flip(Span<float> images, TestTimeAugmentation flip)
    {
        if (flip == TestTimeAugmentation.HorizontalFlip)
        {
            for (int row = 0; row < images.Length; row += _width)
                images.Slice(row, _width).Reverse();
            return;
        }
        int plane = _height * _width;
        for (int start = 0; start < images.Length; start += plane)
        {
            for (int top = 0, bottom = _height - 1; top < bottom; top++, bottom--)
                Swap(images.Slice(start + top * _width, _width), images.Slice(start + bottom * _width, _width));
        }
    }

    private static void Swap(Span<float> first, Span<float> second)
    {
        for (int i = 0; i < first.Length; i++)
            (first[i], second[i]) = (second[i], first[i]);
    }
}
