using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class CompositeLossTests
{
    private const int Rows = 5;

    private static readonly RowLayout Outputs = new(("a", new(3)), ("b", new(2)), ("c", new(3)), ("free", new(2)));

    /// <summary>Classes, numbers, and the classes again.</summary>
    private static readonly CompositeLoss Loss = new(
        new OutputLoss("a", new CrossEntropyLoss([1, 2, 0.5f])), new OutputLoss("b", new L1Loss(), 0.5),
        new OutputLoss("c", new CrossEntropyLoss(), 0.3, TargetOf: "a"));

    private static readonly float[] Targets = [0, 1, 2, 1, 3, 4, 2, 5, 6, 0, 7, 8, 1, 9, 0];

    private static readonly float[] Weights = [1, 2, 0.5f, 0, 1];

    [Fact]
    public void It_is_the_weighted_sum_of_its_parts_means()
    {
        Assert.Equal(3, Loss.TargetSize(Outputs));
        double[] outputs = Numbers();
        (double sum, double weight) = Loss.Accumulate(new OutputBatch<double>(Outputs, outputs, Targets, Weights));
        float[] labels = [.. Enumerable.Range(0, Rows).Select(row => Targets[3 * row])];
        float[] numbers = [.. Enumerable.Range(0, Rows).SelectMany(row => Targets.Skip(3 * row + 1).Take(2))];
        double expected = Mean(new CrossEntropyLoss([1, 2, 0.5f]), 0, 3, labels) + 0.5 * Mean(new L1Loss(), 3, 2, numbers)
            + 0.3 * Mean(new CrossEntropyLoss(), 5, 3, labels);
        Assert.Equal(expected, sum / weight, 1e-12);
        Assert.Equal(Weights.Sum(), weight, 1e-12);

        double Mean(Loss loss, int start, int size, float[] targets)
        {
            double[] part = [.. Enumerable.Range(0, Rows).SelectMany(row => outputs.Skip(10 * row + start).Take(size))];
            (double partSum, double partWeight) = loss.Accumulate(new OutputBatch<double>(new(size), part, targets, Weights));
            return partSum / partWeight;
        }
    }

    [Fact]
    public void Its_gradient_is_its_slope_and_zero_where_no_part_looks()
    {
        const double Step = 1e-6;
        double[] outputs = Numbers(), gradient = [.. Enumerable.Repeat(7.0, outputs.Length)];
        Loss.Accumulate(new OutputBatch<double>(Outputs, outputs, Targets, Weights, gradient));
        for (int i = 0; i < outputs.Length; i++)
        {
            double value = outputs[i];
            outputs[i] = value + Step;
            double above = Loss.Accumulate(new OutputBatch<double>(Outputs, outputs, Targets, Weights)).Sum;
            outputs[i] = value - Step;
            double below = Loss.Accumulate(new OutputBatch<double>(Outputs, outputs, Targets, Weights)).Sum;
            outputs[i] = value;
            Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-7);
            Assert.True(i % 10 < 8 || gradient[i] == 0);
        }
    }

    [Fact]
    public void A_network_of_two_tasks_learns_both()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), n =>
        {
            string hidden = n.Linear(32).Tanh().Linear(32).Tanh().Current;
            n.From(hidden).Linear(2).Output("side");
            n.From(hidden).Linear(1).Output("radius");
        });
        Random random = new(4);
        float[] features = [.. Enumerable.Range(0, 1200).Select(_ => 2 * random.NextSingle() - 1)], targets = new float[1200];
        for (int row = 0; row < 600; row++)
        {
            (float x, float y) = (features[2 * row], features[2 * row + 1]);
            (targets[2 * row], targets[2 * row + 1]) = (x * y > 0 ? 1 : 0, MathF.Sqrt(x * x + y * y));
        }
        InMemoryTrainingData<float> data = new(network.InputShape, features, targets, null, targetSize: 2);
        CompositeLoss loss = new(new OutputLoss("side", new CrossEntropyLoss()), new OutputLoss("radius", new MeanSquaredErrorLoss(), 5));
        (TrainingData training, TrainingData validation) = data.Split(0.2, seed: 1);
        TrainingResult result = NetworkTrainer.Fit(
            network, new Networks.Managed.ManagedEngine(1), training, validation,
            new TrainingOptions { Loss = loss, Epochs = 120, LearningRate = 5e-3 });
        Assert.Equal("side accuracy", result.History.MetricName);
        Assert.InRange(result.History[^1].ValidationMetric!.Value, 0.93, 1);

        using IInferenceSession session =
            new Networks.Managed.ManagedEngine(1).CreateInferenceSession(result.Model.WithOutputs("radius"), 1);
        float[] radius = new float[1];
        session.Run([0.6f, -0.8f], 1, radius);
        Assert.Equal(1, radius[0], 0.1);
    }

    [Fact]
    public void Auxiliaries_share_the_main_targets() => Assert.Equal(
        new CompositeLoss(new("m", new CrossEntropyLoss()), new("x", new CrossEntropyLoss(), 0.3, "m"), new("y", new CrossEntropyLoss(), 0.3, "m")),
        CompositeLoss.WithAuxiliaries(new CrossEntropyLoss(), 0.3, "m", "x", "y"));

    [Fact]
    public void Mistakes_are_named()
    {
        Check("at least one part");
        Check("There is no 'z' in the row; it has a, b, c, free", new OutputLoss("z", new L1Loss()));
        Check("Output 'a' has two parts", new("a", new L1Loss()), new("a", new HuberLoss()));
        Check("weight of output 'a' must be at least 0, not -1", new OutputLoss("a", new L1Loss(), -1));
        Check("targets of 'b', which has no part before it", new("a", new L1Loss(), TargetOf: "b"), new("b", new L1Loss()));
        Check("targets of 'a', which has no part before it with 1", new("a", new L1Loss()), new("c", new CrossEntropyLoss(), TargetOf: "a"));
        Assert.Contains("no part for an output 'z'; it has a, b, c", Assert.Throws<ArgumentException>(() => Loss.MetricOf("z", Outputs)).Message);

        static void Check(string message, params OutputLoss[] parts) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => new CompositeLoss([.. parts]).TargetSize(Outputs)).Message);
    }

    [Fact]
    public void Parts_tell_losses_apart()
    {
        Assert.NotEqual(Loss, Loss with { Parts = [Loss.Parts[0]] });
        Assert.Equal(1, (Loss with { Parts = [Loss.Parts[0]] }).TargetSize(Outputs));
        Assert.Contains("Weight = 0.5", Loss.ToString());
        Assert.Contains("TargetOf = a", Loss.ToString());
    }

    private static double[] Numbers()
    {
        Random random = new(3);
        return [.. Enumerable.Range(0, Rows * Outputs.Size).Select(_ => 4 * random.NextDouble() - 2)];
    }
}
