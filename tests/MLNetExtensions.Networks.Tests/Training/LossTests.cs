using System.Numerics;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class LossTests
{
    public static TheoryData<int> ReferenceCases => [.. Enumerable.Range(0, TrainingReferences.Losses.Length)];

    public static TheoryData<Loss, int> SmoothLosses => new()
    {
        { new CrossEntropyLoss(), 1 },
        { new CrossEntropyLoss([0.5f, 3, 1, 0], 0.2), 1 },
        { new BinaryCrossEntropyLoss(2.5), 4 },
        { new MeanSquaredErrorLoss(), 4 },
        { new L1Loss(), 4 },
        { new HuberLoss(0.7), 4 },
    };

    [Theory]
    [MemberData(nameof(ReferenceCases))]
    public void Equals_PyTorch_in_double_precision(int index) => CheckReference<double>(index, 1e-12);

    [Theory]
    [MemberData(nameof(ReferenceCases))]
    public void Equals_PyTorch_in_single_precision(int index) => CheckReference<float>(index, 1e-6);

    [Theory]
    [MemberData(nameof(SmoothLosses))]
    public void Gradient_is_the_slope_of_the_loss(Loss loss, int targetSize)
    {
        const int Rows = 6;
        const int Width = 4;
        Random random = new(7);
        double[] outputs = [.. Enumerable.Range(0, Rows * Width).Select(_ => 6 * random.NextDouble() - 3)];
        float[] targets = [.. Enumerable.Range(0, Rows * targetSize).Select(_ => targetSize == 1 ? random.Next(4) : random.Next(2))];
        float[] weights = [.. Enumerable.Range(0, Rows).Select(_ => 2 * random.NextSingle())];
        double[] gradient = new double[outputs.Length];
        Accumulate(loss, outputs, targets, weights, gradient);
        for (int i = 0; i < outputs.Length; i++)
        {
            const double Step = 1e-5;
            double value = outputs[i];
            outputs[i] = value + Step;
            double above = Accumulate<double>(loss, outputs, targets, weights).Sum;
            outputs[i] = value - Step;
            double below = Accumulate<double>(loss, outputs, targets, weights).Sum;
            outputs[i] = value;
            Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-7);
        }
    }

    [Fact]
    public void Binary_cross_entropy_is_exact_at_extreme_logits()
    {
        float[] gradient = new float[4];
        (double sum, double weight) = Accumulate(new BinaryCrossEntropyLoss(), [1e4f, -1e4f, 1e4f, -1e4f], [0, 0, 1, 1], [], gradient, width: 1);
        Assert.Equal((2e4, 4), (sum, weight));
        Assert.Equal([1, 0, 0, -1], gradient);
    }

    [Fact]
    public void Cross_entropy_is_exact_at_extreme_logits()
    {
        float[] gradient = new float[4];
        (double sum, double weight) = Accumulate(new CrossEntropyLoss(), [1e4f, -1e4f, 1e4f, -1e4f], [0, 1], [], gradient, width: 2);
        Assert.Equal((2e4, 2), (sum, weight));
        Assert.Equal([0, 0, 1, -1], gradient);
    }

    [Fact]
    public void Small_losses_keep_their_digits() =>
        Assert.Equal(Math.Exp(-40), Accumulate<double>(new BinaryCrossEntropyLoss(), [40], [1], [], width: 1).Sum, 1e-30);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Divergence_is_seen_and_not_hidden(float output)
    {
        Loss[] losses = [new BinaryCrossEntropyLoss(), new MeanSquaredErrorLoss(), new L1Loss(), new HuberLoss()];
        Assert.All(losses, loss => Assert.False(double.IsFinite(Accumulate<float>(loss, [output], [0], [], width: 1).Sum)));
        Assert.False(double.IsFinite(Accumulate<float>(new CrossEntropyLoss(), [output, 1], [0], [], width: 2).Sum));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(1.5f)]
    [InlineData(float.NaN)]
    public void A_target_that_is_no_class_is_named(float target)
    {
        var e = Assert.Throws<ArgumentException>(() => Accumulate<float>(new CrossEntropyLoss(), new float[6], [0, target], [], width: 3));
        Assert.Contains("of row 1 is not a class index from 0 to 2", e.Message);
    }

    [Fact]
    public void Parameters_are_checked_against_the_network()
    {
        Assert.Equal(1, new CrossEntropyLoss().TargetSize(new(10)));
        Assert.Equal(3, new MeanSquaredErrorLoss().TargetSize(new(3)));
        Assert.Contains("at least two", Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().TargetSize(new(1))).Message);
        Assert.Contains("2 class weights for 3", Assert.Throws<ArgumentException>(() => new CrossEntropyLoss([1, 2]).TargetSize(new(3))).Message);
        Assert.Throws<ArgumentException>(() => new CrossEntropyLoss([1, -1]).TargetSize(new(2)));
        Assert.Throws<ArgumentException>(() => new CrossEntropyLoss(LabelSmoothing: 1.1).TargetSize(new(2)));
        Assert.Throws<ArgumentException>(() => new BinaryCrossEntropyLoss(0).TargetSize(new(1)));
        Assert.Throws<ArgumentException>(() => new HuberLoss(0).TargetSize(new(1)));
    }

    [Fact]
    public void Losses_of_equal_parameters_are_equal()
    {
        Assert.Equal(new CrossEntropyLoss([1, 2], 0.1), new CrossEntropyLoss([1, 2], 0.1));
        Assert.NotEqual(new CrossEntropyLoss([1, 2], 0.1), new CrossEntropyLoss([1, 3], 0.1));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] outputs = new float[40];
        float[] gradient = new float[40];
        float[] weights = [.. Enumerable.Repeat(1f, 10)];
        Loss[] losses =
            [new CrossEntropyLoss([1, 2, 3, 4], 0.1), new BinaryCrossEntropyLoss(), new MeanSquaredErrorLoss(), new L1Loss(), new HuberLoss()];
        RowLayout layout = new(4);
        float[][] targets = [.. losses.Select(loss => new float[10 * loss.TargetSize(new(4))])];
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < losses.Length; i++)
                losses[i].Accumulate(new OutputBatch<float>(layout, outputs, targets[i], weights, gradient));
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (round > 0)
                Assert.Equal(0, allocated);
        }
    }

    private static (double Sum, double Weight) Accumulate<T>(
        Loss loss, T[] outputs, float[] targets, float[] weights, T[]? gradient = null, int width = 4)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        loss.Accumulate(new OutputBatch<T>(new(width), outputs, targets, weights, gradient));

    private static void CheckReference<T>(int index, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TrainingReferences.LossCase reference = TrainingReferences.Losses[index];
        T[] outputs = [.. reference.Outputs.Select(T.CreateTruncating)];
        T[] gradient = new T[outputs.Length];
        Loss loss = LossOf(reference);
        int rows = reference.Weights.Length > 0 ? reference.Weights.Length : loss is CrossEntropyLoss ? reference.Targets.Length : 1;
        (double sum, double weight) =
            Accumulate(loss, outputs, reference.Targets, reference.Weights, gradient, outputs.Length / rows);
        Assert.Equal(reference.Mean, sum / weight, tolerance * Math.Max(1, Math.Abs(reference.Mean)));
        for (int i = 0; i < gradient.Length; i++)
            Assert.Equal(reference.Gradient[i], double.CreateTruncating(gradient[i]) / weight, tolerance);
    }

    private static Loss LossOf(TrainingReferences.LossCase reference) => reference.Loss switch
    {
        "CrossEntropy" => new CrossEntropyLoss(
            [.. reference.Parameters.GetProperty("classWeights").EnumerateArray().Select(weight => weight.GetSingle())],
            reference.Parameters.GetProperty("labelSmoothing").GetDouble()),
        "BinaryCrossEntropy" => new BinaryCrossEntropyLoss(reference.Parameters.GetProperty("positiveWeight").GetDouble()),
        "MeanSquaredError" => new MeanSquaredErrorLoss(),
        "L1" => new L1Loss(),
        "Huber" => new HuberLoss(reference.Parameters.GetProperty("delta").GetDouble()),
        _ => throw new ArgumentException(reference.Loss),
    };
}
