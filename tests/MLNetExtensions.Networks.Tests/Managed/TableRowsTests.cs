using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>Of a table only the rows in use cost anything, and the results are those of whole tables.</summary>
public class TableRowsTests
{
    private const int Ids = 40, Width = 5;

    private static readonly NetworkDefinition Network = NetworkDefinition.Build(layers =>
    {
        layers.InputIds("ids", new(3), Ids);
        layers.Embedding(Ids, Width, name: "table").Flatten().Linear(4).Tanh().Linear(2);
    });

    /// <summary>A row of no batch is not even read: what is no number in its gradient stays unseen.</summary>
    [Fact]
    public void Rows_without_a_gradient_are_not_looked_at()
    {
        NetworkWeights before = SessionFactory.Weights(Network), after = before.Clone();
        using ManagedTrainingSession<float> session = Session(before, clip: 0.01);
        float[] ids = [1, 7, 7, 30, 1, 2];
        session.Gradient("table.weight").Slice(20 * Width, Width).Fill(float.NaN);
        for (int step = 0; step < 3; step++)
            Assert.True(double.IsFinite(session.TrainStep(new(2, ids, new float[4]), 0.1)));
        session.ReadWeights(after);
        for (int row = 0; row < Ids; row++)
        {
            bool stays = Row(before, row).SequenceEqual(Row(after, row));
            Assert.Equal(!ids.Contains(row), stays);
        }
    }

    /// <summary>Clipping by norm and by value, decay, a rate of the table's own, other ids in every batch, gradients that come from
    /// elsewhere: as with momentum of next to nothing, under which the whole table is gone through.</summary>
    [Theory]
    [InlineData(null, null, 0, 1)]
    [InlineData(0.05, null, 0, 1)]
    [InlineData(null, 0.01, 0, 1)]
    [InlineData(null, null, 0.1, 1)]
    [InlineData(null, null, 0, 0.25)]
    public void Results_are_those_of_whole_tables(double? norm, double? value, double decay, double factor)
    {
        NetworkWeights start = SessionFactory.Weights(Network);
        NetworkWeights[] results = [.. new[] { 0, 1e-30 }.Select(momentum =>
        {
            TrainingSessionOptions options = SessionFactory.Options(4, optimizer: new Sgd(momentum, decay)) with
            {
                GradientClipNorm = norm, GradientClipValue = value,
                LearningRateFactors = new Dictionary<string, double> { ["table.weight"] = factor },
            };
            using ManagedTrainingSession<double> session = SessionFactory.Train<double>(Network, start, options);
            for (int step = 0; step < 5; step++)
            {
                session.TrainStep(new(4, Examples.Of(Network, 4, step), SessionFactory.Normal(step, 8)), 0.1);
                if (step == 2)
                {
                    session.WriteGradients(SessionFactory.Normal(9, session.GradientLength));
                    session.Update(0.1);
                }
            }
            NetworkWeights weights = start.Clone();
            session.ReadWeights(weights);
            return weights;
        })];
        foreach ((string name, WeightTensor tensor) in results[0])
        {
            for (int i = 0; i < tensor.Values.Length; i++)
                Assert.Equal(tensor.Values[i], results[1][name].Values[i], 1e-6);
        }
    }

    private static ManagedTrainingSession<float> Session(NetworkWeights weights, double clip) =>
        SessionFactory.Train<float>(Network, weights, SessionFactory.Options(2, optimizer: new Sgd()) with { GradientClipNorm = clip });

    private static Span<float> Row(NetworkWeights weights, int row) => weights["table.weight"].Values.AsSpan(row * Width, Width);
}
