using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class AugmentationTests
{
    private static readonly TensorShape Shape = new(2, 4, 3);

    private static readonly float[] Image = [.. Enumerable.Range(1, 24).Select(i => (float)i)];

    public static TheoryData<Augmentation> Invalid =>
    [
        new RandomCrop(-1), new RandomCrop(3), new RandomHorizontalFlip(1.5), new RandomHorizontalFlip(double.NaN), new RandomBrightness(2),
        new RandomBrightness(0.5, 0),
    ];

    [Fact]
    public void A_flip_mirrors_each_row()
    {
        Assert.Equal(Image.Chunk(3).SelectMany(row => row.Reverse()), Apply(new RandomHorizontalFlip(1), 0));
        Assert.Equal(Image, Apply(new RandomHorizontalFlip(0), 0));
    }

    [Fact]
    public void A_flip_comes_as_often_as_asked()
    {
        // Binomial, deviation 39.
        int flips = Enumerable.Range(0, 8000).Count(i => Apply(new RandomHorizontalFlip(0.25), i)[0] == 3);
        Assert.InRange(flips, 2000 - 200, 2000 + 200);
    }

    [Fact]
    public void A_crop_shifts_every_channel_alike_and_pads_with_zeros()
    {
        Dictionary<(int Down, int Right), int> shifts = [];
        for (int i = 0; i < 9000; i++)
        {
            float[] cropped = Apply(new RandomCrop(1), i);
            (int, int) shift = (from down in Enumerable.Range(-1, 3)
                                from right in Enumerable.Range(-1, 3)
                                where cropped.SequenceEqual(Shifted(down, right))
                                select (down, right)).Single();
            shifts[shift] = shifts.GetValueOrDefault(shift) + 1;
        }
        Assert.Equal(9, shifts.Count);
        // Binomial, deviation 30.
        Assert.All(shifts.Values, count => Assert.InRange(count, 1000 - 150, 1000 + 150));
    }

    [Fact]
    public void Brightness_is_uniform_around_1_and_clamped()
    {
        double[] factors = [.. Enumerable.Range(0, 4000).Select(i => (double)Apply(new RandomBrightness(0.4), i)[9] / 10)];
        Assert.InRange(factors.Min(), 0.6, 0.61);
        Assert.InRange(factors.Max(), 1.39, 1.4);
        // The deviation of the mean of 4000 is 0.0037.
        Assert.Equal(1, factors.Average(), 0.02);
        Assert.All(Enumerable.Range(0, 100), i => Assert.InRange(Apply(new RandomBrightness(1, Maximum: 20), i).Max(), 0, 20));
    }

    [Fact]
    public void A_stream_follows_its_seeds()
    {
        SplitMix64 first = new(1, 2, 3);
        SplitMix64 same = new(1, 2, 3);
        Assert.Equal(first.NextUInt64(), same.NextUInt64());
        ulong[] others = [new SplitMix64(1, 2, 4).NextUInt64(), new SplitMix64(1, 3, 2).NextUInt64(), new SplitMix64(1, 2).NextUInt64(),
            new SplitMix64(2, 1, 3).NextUInt64(), new SplitMix64(0, 2, 3).NextUInt64(), new SplitMix64(1, 2, 3).NextUInt64()];
        Assert.Equal(6, others.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Invalid_parameters_are_refused(Augmentation augmentation) =>
        Assert.Throws<ArgumentException>(() => augmentation.Check(Shape));

    [Fact]
    public void Rows_of_a_table_are_no_images() =>
        Assert.Contains("RandomHorizontalFlip needs images", Assert.Throws<ArgumentException>(() => new RandomHorizontalFlip().Check(new(8))).Message);

    private static float[] Apply(Augmentation augmentation, int seed)
    {
        float[] example = [.. Image];
        SplitMix64 random = new(seed);
        augmentation.Apply(example, new float[example.Length], Shape, ref random);
        return example;
    }

    private static float[] Shifted(int down, int right)
    {
        float[] shifted = new float[24];
        for (int i = 0; i < 24; i++)
        {
            (int channel, int row, int column) = (i / 12, i / 3 % 4 - down, i % 3 - right);
            if (row is >= 0 and < 4 && column is >= 0 and < 3)
                shifted[i] = Image[channel * 12 + row * 3 + column];
        }
        return shifted;
    }
}
