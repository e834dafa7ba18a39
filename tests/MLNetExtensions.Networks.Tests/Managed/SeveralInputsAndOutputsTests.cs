using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>Networks with several inputs and outputs, on the managed engine.</summary>
public class SeveralInputsAndOutputsTests
{
    [Fact]
    public void GradientsOfRandomGraphs()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            NetworkDefinition network = RandomGraph.Make(seed);
            Random random = new(seed);
            HashSet<string> frozen = [.. network.Parameters.Where(_ => random.Next(5) == 0).Select(spec => spec.Name)];
            if (frozen.Count < network.Parameters.Length)
                GradientCheck.Run(network, 1 + seed % 11, frozen: frozen);
        }
    }

    [Fact]
    public void MasksAreOnesAndZeros()
    {
        NetworkDefinition network = NetworkDefinition.Build(b =>
        {
            string words = b.InputIds("words", new(4), 50), length = b.Input("length", new(1));
            b.From(words).PaddingMask(7).Output("by id");
            b.From(length).SequenceMask(3).Output("by length");
        });
        float[] rows = [1, 7, 0, 7, 2, 7, 49, 8, 0, 0], expected = [1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0];
        foreach (int batchSize in new[] { 1, 2, 100 })
        {
            float[] outputs = new float[14];
            using IInferenceSession session = SessionFactory.Infer(new(network, new([])), batchSize);
            for (int row = 0; row < 2; row++)
                session.Run(rows.AsSpan(row * 5, 5), 1, outputs.AsSpan(row * 7, 7));
            Assert.Equal(expected, outputs);
        }
    }

    /// <summary>No embedding is asked for a row that it does not have.</summary>
    [Theory, InlineData(-1), InlineData(50), InlineData(1.5f), InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void IdsOutsideTheVocabularyAreNamed(float id)
    {
        NetworkDefinition network = NetworkDefinition.Build(b =>
        {
            b.Input("row", new(2));
            b.InputIds("words", new(3), 50);
            b.PaddingMask();
        });
        float[] rows = [-1, 99, 0, 49, 3, -1, 99, 1, id, 2];
        using IInferenceSession scoring = SessionFactory.Infer(new(network, new([])), 2);
        using ManagedTrainingSession<float> training = SessionFactory.Train<float>(network, new([]), SessionFactory.Options(2));
        Action[] uses =
        [
            () => scoring.Run(rows, 2, new float[6]), () => training.Infer(rows, 2, new float[6]),
            () => training.TrainStep(new(2, rows, new float[6]), 0.1),
        ];
        Assert.All(uses, use => Assert.Contains("Row 1 of input 'words' has", Assert.Throws<ArgumentException>(use).Message));
    }
}
