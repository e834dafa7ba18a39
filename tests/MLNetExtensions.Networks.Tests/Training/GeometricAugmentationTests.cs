using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class GeometricAugmentationTests
{
    private static readonly TensorShape Shape = new(2, 9, 9);

    /// <summary>A plane that rises to the right in the first channel and down in the second: what bilinear interpolation
    /// keeps.</summary>
    private static readonly float[] Ramp =
        [.. Enumerable.Range(0, 162).Select(i => i < 81 ? i % 9 + 1f : (i - 81) / 9 + 1f)];

    [Fact]
    public void A_crop_of_everything_is_the_image() => Assert.Equal(Ramp, Apply(new RandomResizedCrop(1, 1), Ramp, 5));

    [Fact]
    public void A_crop_is_a_part_of_the_asked_size_enlarged()
    {
        List<double> areas = [];
        for (int seed = 0; seed < 2000; seed++)
        {
            float[] cropped = Apply(new RandomResizedCrop(0.25, 1.5), Ramp, seed);
            // The middle third is free of the edge, where the nearest pixel stands for what lies outside.
            double width = (cropped[4 * 9 + 5] - cropped[4 * 9 + 3]) / 2;
            double height = (cropped[81 + 5 * 9 + 4] - cropped[81 + 3 * 9 + 4]) / 2;
            Assert.InRange(width / height, 1 / 1.5 - 1e-3, 1.5 + 1e-3);
            areas.Add(width * height);
            Assert.All(cropped, value => Assert.InRange(value, 1, 9));
        }
        Assert.InRange(areas.Min(), 0.25 - 1e-3, 0.27);
        Assert.InRange(areas.Max(), 0.9, 1);
    }

    [Fact]
    public void A_rotation_turns_about_the_centre()
    {
        List<double> angles = [];
        for (int seed = 0; seed < 2000; seed++)
        {
            float[] turned = Apply(new RandomRotation(30), Ramp, seed);
            Assert.Equal(5, turned[4 * 9 + 4], 1e-4);
            // One step right from the centre moves (cos, sin) in the source.
            double angle = Math.Atan2(turned[81 + 4 * 9 + 5] - 5, turned[4 * 9 + 5] - 5) * 180 / Math.PI;
            Assert.InRange(angle, -30.01, 30.01);
            angles.Add(angle);
        }
        Assert.InRange(angles.Min(), -30.01, -29.5);
        Assert.InRange(angles.Max(), 29.5, 30.01);
        Assert.Equal(0, angles.Average(), 2.0);
    }

    [Fact]
    public void What_comes_in_by_a_rotation_is_0() =>
        Assert.Contains(Enumerable.Range(0, 20), seed => Apply(new RandomRotation(45), Ramp, seed)[0] == 0);

    [Fact]
    public void Erasing_covers_one_square_in_every_channel_as_often_as_asked()
    {
        int erased = 0;
        HashSet<int> sizes = [];
        for (int seed = 0; seed < 4000; seed++)
        {
            float[] changed = Apply(new RandomErasing(3, 0.3, Value: -7), Ramp, seed);
            int[] covered = [.. Enumerable.Range(0, 81).Where(i => changed[i] == -7)];
            Assert.Equal(covered, Enumerable.Range(0, 81).Where(i => changed[81 + i] == -7));
            Assert.All(Enumerable.Range(0, 81).Except(covered), i => Assert.Equal(Ramp[i], changed[i]));
            if (covered.Length == 0)
                continue;
            erased++;
            sizes.Add(covered.Length);
            (int rows, int columns) = (covered.Select(i => i / 9).Distinct().Count(), covered.Select(i => i % 9).Distinct().Count());
            Assert.Equal(covered.Length, rows * columns);
        }
        // Binomial, deviation 29.
        Assert.InRange(erased, 1200 - 150, 1200 + 150);
        Assert.Equal([4, 6, 9], sizes.Order());
    }

    [Fact]
    public void Invalid_parameters_are_refused()
    {
        Augmentation[] invalid =
        [
            new RandomResizedCrop(0), new RandomResizedCrop(1.1), new RandomResizedCrop(0.5, 0.9), new RandomRotation(-1), new RandomRotation(181),
            new RandomErasing(0), new RandomErasing(2, 1.5), new RandomErasing(2, 0.5, float.NaN),
        ];
        Assert.All(invalid, augmentation => Assert.Throws<ArgumentException>(() => augmentation.Check(Shape)));
    }

    private static float[] Apply(Augmentation augmentation, float[] image, int seed)
    {
        float[] example = [.. image];
        SplitMix64 random = new(seed);
        augmentation.Apply(example, new float[example.Length], Shape, ref random);
        return example;
    }
}
