using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class EmbeddingTests
{
    [Fact]
    public void Vectors_start_normal_and_that_of_padding_as_zeros()
    {
        NetworkDefinition network = Network(50, layers => layers.Embedding(50, 40, paddingIndex: 3, standardDeviation: 0.5, name: "words"));
        float[] values = NetworkWeights.Initialize(network, 1)["words.weight"].Values;
        Assert.All(values[120..160], value => Assert.Equal(0, value));
        Assert.InRange(Math.Sqrt(values.Average(value => (double)value * value)), 0.46, 0.52);
    }

    [Fact]
    public void Ids_may_be_cut_and_rearranged_before()
    {
        NetworkDefinition network = Network(7, layers => layers.Slice(0, 1).Reshape(new(2, 2)).Permute(1, 0).Embedding(7, 3));
        Assert.Equal(new(2, 2, 3), network.OutputShape);
    }

    [Fact]
    public void Numbers_are_no_ids() => Fails(
        () => NetworkDefinition.Build(new(5), layers => layers.Embedding(7, 3, name: "words")),
        "Layer 'words' (Embedding) takes ids, but 'input' holds numbers");

    [Fact]
    public void Computed_values_are_no_ids() => Fails(
        () => Network(7, layers => layers.PaddingMask(name: "mask").Embedding(7, 3, name: "words")),
        "Layer 'words' (Embedding) takes ids, but 'mask' holds numbers");

    [Fact]
    public void A_table_too_small_for_the_vocabulary() =>
        Fails(() => Network(8, layers => layers.Embedding(7, 3)), "has 7 vectors for the 8 ids of 'text'");

    [Theory]
    [InlineData(0, 3, null, "not 0 and 3")]
    [InlineData(7, 0, null, "not 7 and 0")]
    [InlineData(7, 3, 7, "padding index 7, which is no id from 0 to 6")]
    [InlineData(7, 3, -1, "padding index -1")]
    public void Numbers_out_of_range(int ids, int dimension, int? padding, string message) =>
        Fails(() => Network(1, layers => layers.Embedding(ids, dimension, padding)), message);

    private static NetworkDefinition Network(int vocabulary, Action<NetworkBuilder> build) => NetworkDefinition.Build(layers =>
    {
        layers.InputIds("text", new(5), vocabulary);
        build(layers);
    });

    private static void Fails(Action act, string message) => Assert.Contains(message, Assert.Throws<ArgumentException>(act).Message);
}
