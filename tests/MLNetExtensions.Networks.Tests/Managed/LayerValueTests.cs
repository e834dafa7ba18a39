using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>Layers beside their formulas, worked out by hand.</summary>
public class LayerValueTests
{
    private static readonly TensorShape Series = new(2, 4);

    /// <summary>Beyond the ends the first and the last value go on.</summary>
    [Fact]
    public void MovingAverage() => Equal(
        [4 / 3f, 7 / 3f, 4, 16 / 3f, -1, -2, -2, -1],
        [1, 2, 4, 6, 0, -3, -3, 0], b => b.MovingAverage(3), Series);

    /// <summary>Of 1, 3, 1, 3 the mean is 2 and the deviation 1; of 0, 0, 4, 4 both are 2.</summary>
    [Fact]
    public void ReverseInstanceNorm() => Equal(
        [2, 3, 0, -2],
        [0, 1, -1, -2, 1, 3, 1, 3, 0, 0, 4, 4],
        b => b.Add(new ReverseInstanceNorm(1e-9), "restored", "0", "1"), new(2, 2), Series);

    [Fact]
    public void Differences()
    {
        Equal([0.5f, -1, 3, 0], [1, 2, 3, 4, 0.5f, 3, 0, 4], b => b.Add(new Subtract(), "difference", "0", "1"), new(4), new(4));
        Equal([(0.25f + 1 + 9) / 4], [1, 2, 3, 4, 0.5f, 3, 0, 4], b => b.Add(new MeanSquaredDifference(), "error", "0", "1"), new(4), new(4));
    }

    /// <summary>Three steps of two features, of which the mask leaves out the last one.</summary>
    [Theory]
    [InlineData(TimePooling.Max, new float[] { 5, -1 }, new float[] { 2, -1 })]
    [InlineData(TimePooling.Mean, new float[] { 8 / 3f, -3 }, new float[] { 1.5f, -1.5f })]
    [InlineData(TimePooling.Last, new float[] { 5, -6 }, new float[] { 2, -1 })]
    public void PoolOverTime(TimePooling mode, float[] all, float[] masked)
    {
        float[] steps = [1, -2, 2, -1, 5, -6];
        Equal(all, steps, b => b.PoolOverTime(mode), new TensorShape(3, 2));
        Equal(masked, [.. steps, 1, 1, 0], b => b.Add(new PoolOverTime(mode), "pool", "0", "1"), new(3, 2), new(3));
    }

    /// <summary>Two heads of one feature: the first query of each sees the keys by e⁰ and e², the second by e⁰ and e⁻¹.</summary>
    [Fact]
    public void CrossAttention()
    {
        // Places of two queries, then places of two keys with their values.
        float[] row = [2, 1, -1, 0.5f, 0, 0, 10, 30, 1, 2, 20, 50];
        Equal(
            [Mean(10, 20, 2), Mean(30, 50, 2), Mean(10, 20, -1), Mean(30, 50, 1)],
            row, b => b.Add(new CrossAttention(2), "attention", "0", "1"), new(2, 2), new(2, 4));
        Equal(
            [10, 30, 10, 30],
            [.. row, 1, 0], b => b.Add(new CrossAttention(2), "attention", "0", "1", "2"), new(2, 2), new(2, 4), new(2));

        static float Mean(float first, float second, double score) =>
            (float)((first + Math.Exp(score) * second) / (1 + Math.Exp(score)));
    }

    private static void Equal(float[] expected, float[] row, Action<NetworkBuilder> build, params TensorShape[] inputs)
    {
        NetworkDefinition network = inputs.Length == 1 ? NetworkDefinition.Build(inputs[0], build) : NetworkDefinition.Build(b =>
        {
            for (int i = 0; i < inputs.Length; i++)
                b.Input($"{i}", inputs[i]);
            build(b);
        });
        float[] outputs = new float[expected.Length];
        Assert.Equal(expected.Length, network.OutputShape.Size);
        using IInferenceSession session = SessionFactory.Infer(new(network, NetworkWeights.Initialize(network, 1)), 1);
        session.Run(row, 1, outputs);
        Assert.All(expected.Zip(outputs), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
