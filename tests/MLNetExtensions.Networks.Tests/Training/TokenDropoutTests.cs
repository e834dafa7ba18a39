using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Tests.Training;

public sealed class TokenDropoutTests
{
    private static readonly TensorShape Shape = new(12);

    [Fact]
    public void A_share_of_the_words_becomes_another_id_and_padding_stays()
    {
        int dropped = 0;
        for (int seed = 0; seed < 2000; seed++)
        {
            float[] text = [5, 6, 0, 7, 8, 9, 10, 11, 0, 0, 0, 0], changed = [.. text];
            SplitMix64 random = new(seed);
            new TokenDropout(0.25, Id: 3).Apply(changed, new float[12], Shape, ref random);
            Assert.Equal(text[8..], changed[8..]);
            int[] other = [.. Enumerable.Range(0, 8).Where(i => changed[i] != text[i])];
            Assert.All(other, i => Assert.Equal(3, changed[i]));
            dropped += other.Length;
        }
        // Binomial of 16,000, deviation 55.
        Assert.InRange(dropped, 4000 - 275, 4000 + 275);
    }

    [Fact]
    public void A_text_without_words_and_a_share_of_0_stay()
    {
        float[] empty = new float[12], text = [.. Enumerable.Range(1, 12).Select(id => (float)id)], changed = [.. text];
        SplitMix64 random = new(1);
        new TokenDropout(0.9, Id: 3).Apply(empty, new float[12], Shape, ref random);
        new TokenDropout(0).Apply(changed, new float[12], Shape, ref random);
        Assert.All(empty, id => Assert.Equal(0, id));
        Assert.Equal(text, changed);
    }

    [Fact]
    public void Invalid_parameters_are_refused()
    {
        Augmentation[] invalid = [new TokenDropout(-0.1), new TokenDropout(1), new TokenDropout(double.NaN), new TokenDropout(0.1, -1)];
        Assert.All(invalid, augmentation => Assert.Throws<ArgumentException>(() => augmentation.Check(Shape)));
        new TokenDropout().Check(Shape);
    }
}
