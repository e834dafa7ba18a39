using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Tests.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>Tables of numbers and categories.</summary>
public sealed class EntityEmbeddingNetworkTests
{
    private static readonly NetworkInput Color = new("color", new(1), 5), Sizes = new("sizes", new(2)), Tags = new("tags", new(3), 7);

    [Fact]
    public void Vectors_and_numbers_lie_beside_each_other()
    {
        NetworkDefinition network = EntityEmbeddingNetwork.Create([Color, Sizes, Tags], 2, [6]);
        Assert.Equal([Color, Sizes, Tags], network.Inputs.ToArray());
        Assert.Equal(
            [
                ("embeddings.color.weight", new TensorShape(5, 3)), ("embeddings.tags.weight", new(7, 4)),
                ("hidden.0.weight", new(6, 3 + 2 + 4)), ("hidden.0.bias", new(6)), ("output.weight", new(2, 6)), ("output.bias", new(2)),
            ],
            network.Parameters.Select(spec => (spec.Name, spec.Shape)));
    }

    [Theory, InlineData(1, 1), InlineData(2, 1), InlineData(3, 2), InlineData(7, 4), InlineData(99, 50), InlineData(5000, 50)]
    public void Vectors_are_half_as_long_as_there_are_ids(int ids, int size) =>
        Assert.Equal(size, EntityEmbeddingNetwork.DefaultEmbeddingSize(ids));

    [Fact]
    public void Of_one_input_and_without_hidden_layers_it_is_linear()
    {
        Assert.Equal(3, EntityEmbeddingNetwork.Create([Sizes], 1, []).ParameterCount);
        Assert.Equal(5 * 2 + 3, EntityEmbeddingNetwork.Create([Color], 1, [], embeddingSize: _ => 2).ParameterCount);
        Assert.Contains("at least one input", Assert.Throws<ArgumentException>(() => EntityEmbeddingNetwork.Create([], 1, [])).Message);
    }

    /// <summary>Several ids count by their mean, however they are padded; none counts as nothing.</summary>
    [Fact]
    public void Missing_categories_are_nothing()
    {
        NetworkDefinition network = EntityEmbeddingNetwork.Create([Color, Tags], 1, [], embeddingSize: _ => 1);
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        Assert.Equal(0, weights["embeddings.color.weight"].Values[0]);
        for (int id = 1; id < 5; id++)
            weights["embeddings.color.weight"].Values[id] = id;
        for (int id = 1; id < 7; id++)
            weights["embeddings.tags.weight"].Values[id] = 10 * id;
        weights["output.weight"].Values.AsSpan().Fill(1);
        weights["output.bias"].Values[0] = 1000;
        float[] scores = new float[4];
        using IInferenceSession session = SessionFactory.Infer(new(network, weights), 4);
        session.Run([3, 2, 0, 0, 0, 2, 4, 0, 0, 0, 0, 0, 4, 1, 2, 6], 4, scores);
        Assert.Equal([1000 + 3 + 20, 1000 + 30, 1000, 1000 + 4 + 30], scores);
    }
}
