using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class ColourAugmentationTests
{
    private static readonly TensorShape Shape = new(3, 2, 2);

    /// <summary>Red, green, blue and grey.</summary>
    private static readonly float[] Image = [200, 0, 0, 100, 0, 200, 0, 100, 0, 0, 200, 100];

    [Fact]
    public void Contrast_keeps_the_mean_brightness_and_scales_the_distance_to_it()
    {
        const double mean = (0.299 * 200 + 0.587 * 200 + 0.114 * 200 + 100) / 4;
        for (int seed = 0; seed < 200; seed++)
        {
            float[] changed = Apply(new RandomContrast(0.25, Maximum: 1000), seed, clampFree: true);
            double factor = (changed[3] - mean) / (100 - mean);
            Assert.InRange(factor, 0.75 - 1e-3, 1.25 + 1e-3);
            Assert.Equal(mean + factor * (200 - mean), changed[0], 1e-2);
        }
    }

    [Fact]
    public void Saturation_leaves_grey_and_the_brightness_of_colours()
    {
        HashSet<float> reds = [];
        for (int seed = 0; seed < 200; seed++)
        {
            float[] changed = Apply(new RandomSaturation(0.5, Maximum: 1000), seed, clampFree: true);
            for (int channel = 0; channel < 3; channel++)
                Assert.Equal(100, changed[channel * 4 + 3], 1e-3);
            float grey = 0.299f * 200;
            float factor = (changed[0] - grey) / (200 - grey);
            Assert.InRange(factor, 0.5f - 1e-4, 1.5f + 1e-4);
            reds.Add(changed[0]);
        }
        Assert.True(reds.Count > 150);
    }

    [Fact]
    public void No_value_leaves_the_range()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Assert.All(Apply(new RandomContrast(1, 210), seed), value => Assert.InRange(value, 0, 210));
            Assert.All(Apply(new RandomSaturation(1, 210), seed), value => Assert.InRange(value, 0, 210));
        }
    }

    [Fact]
    public void Saturation_needs_colours() => Assert.Contains(
        "red, green and blue", Assert.Throws<ArgumentException>(() => new RandomSaturation().Check(new(1, 4, 4))).Message);

    [Fact]
    public void Invalid_amounts_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new RandomContrast(1.5).Check(Shape));
        Assert.Throws<ArgumentException>(() => new RandomContrast(0.5, 0).Check(Shape));
        Assert.Throws<ArgumentException>(() => new RandomSaturation(-0.1).Check(Shape));
        Assert.Throws<ArgumentException>(() => new RandomSaturation(double.NaN).Check(Shape));
    }

    /// <param name="clampFree">Whether the image is raised so that nothing falls below 0; the result is lowered again.</param>
    private static float[] Apply(Augmentation augmentation, int seed, bool clampFree = false)
    {
        const float raise = 400;
        float[] example = [.. Image.Select(value => clampFree ? value + raise : value)];
        SplitMix64 random = new(seed);
        augmentation.Apply(example, new float[example.Length], Shape, ref random);
        return clampFree ? [.. example.Select(value => value - raise)] : example;
    }
}
