using MLNetExtensions.Networks.Managed;
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
    public void Of_several_inputs_those_of_ids_change()
    {
        NetworkDefinition network = NetworkDefinition.Build(layers =>
        {
            layers.InputIds("words", new(4), 9);
            layers.Embedding(9, 2).Flatten("a").Input("numbers", new(3));
            layers.InputIds("tag", new(2), 9);
            layers.Embedding(9, 2).Flatten("b").Add(new Concat(), "all", ["a", "numbers", "b"]).Linear(1);
        });
        TrainingOptions options = new() { Loss = new L1Loss(), BatchSize = 1, Augmentations = [new TokenDropout(0.5)] };
        float[] example = [5, 6, 7, 8, 0.5f, -2, 9, 3, 4], dropped = new float[9];
        BatchSource source = new(new InMemoryTrainingData<float>(new(9), example, [1]), options, network);
        BatchBuffer buffer = source.CreateBuffer();
        for (int epoch = 0; epoch < 1000; epoch++)
        {
            source.Fill(buffer, epoch, 0);
            for (int i = 0; i < example.Length; i++)
                dropped[i] += buffer.Features[i] == example[i] ? 0 : 1;
        }
        // Binomial, deviation 16.
        Assert.All([0, 1, 2, 3, 7, 8], place => Assert.InRange(dropped[place], 500 - 80, 500 + 80));
        Assert.All([4, 5, 6], place => Assert.Equal(0, dropped[place]));
    }

    [Fact]
    public void A_network_of_numbers_is_refused()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(9), layers => layers.Linear(1));
        ArgumentException error = Assert.Throws<ArgumentException>(() => NetworkTrainer.Fit(
            network, new ManagedEngine(1), new InMemoryTrainingData<float>(new(9), new float[9], [1]), null,
            new() { Loss = new L1Loss(), Augmentations = [new TokenDropout()] }));
        Assert.Contains("TokenDropout changes ids, but the network has no input of ids", error.Message);
    }

    [Fact]
    public void Invalid_parameters_are_refused()
    {
        Augmentation[] invalid = [new TokenDropout(-0.1), new TokenDropout(1), new TokenDropout(double.NaN), new TokenDropout(0.1, -1)];
        Assert.All(invalid, augmentation => Assert.Throws<ArgumentException>(() => augmentation.Check(Shape)));
        new TokenDropout().Check(Shape);
    }
}
