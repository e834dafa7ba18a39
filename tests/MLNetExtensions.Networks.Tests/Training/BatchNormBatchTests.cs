using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>Steps from which a batch normalisation can't learn are refused, and no others.</summary>
public sealed class BatchNormBatchTests
{
    private static readonly NetworkDefinition Rows =
        NetworkDefinition.Build(new(2), layers => layers.Linear(3).BatchNorm1d(name: "norm").Linear(1));

    private static readonly NetworkDefinition Images =
        NetworkDefinition.Build(new(2, 6, 5), layers => layers.Conv2d(2, 3).BatchNorm2d().Flatten().Linear(1));

    [Theory]
    [InlineData(8, 1)]
    [InlineData(7, 2)]
    [InlineData(1, 32)]
    public void One_value_a_channel_is_refused_by_the_name_of_the_layer(int examples, int batchSize)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => Fit(Rows, TrainingSets.Numbered(examples), Options(batchSize)));
        Assert.Contains("'norm' has one value a channel", e.Message);
    }

    [Fact]
    public void The_way_out_works()
    {
        Fit(Rows, TrainingSets.Numbered(7), Options(2) with { DropLast = true });
        Fit(Rows, TrainingSets.Numbered(7), Options(3));
        Fit(Rows, TrainingSets.Numbered(8), Options(2));
        Fit(Rows, TrainingSets.Numbered(7), Options(1) with { Frozen = ["norm"] });
    }

    [Fact]
    public void Images_have_many_values_a_channel() => Fit(Images, TrainingSets.Images(3), Options(1));

    [Theory]
    [InlineData(true, "norm")]
    [InlineData(false, "norm")]
    [InlineData(false, "norm.running_mean")]
    [InlineData(true, "norm.running_var")]
    [InlineData(true, "norm.weight")]
    public void A_frozen_one_keeps_its_statistics(bool affine, string frozen)
    {
        NetworkDefinition network =
            NetworkDefinition.Build(new(2), layers => layers.Linear(3, name: "first").Add(new BatchNorm1d(Affine: affine), "norm").Linear(1));
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        weights["norm.running_mean"].Values[0] = 0.5f;
        TrainingResult result = NetworkTrainer.Fit(
            network, new ManagedEngine(1), TrainingSets.Numbered(16), null, Options(8) with { Frozen = [frozen] }, weights);
        Assert.Equal(weights["norm.running_mean"].Values, result.Model.Weights["norm.running_mean"].Values);
        Assert.Equal(weights["norm.running_var"].Values, result.Model.Weights["norm.running_var"].Values);
        Assert.NotEqual(weights["first.weight"].Values, result.Model.Weights["first.weight"].Values);
    }

    private static TrainingOptions Options(int batchSize) =>
        new()
        {
            Loss = new MeanSquaredErrorLoss(), BatchSize = batchSize, Epochs = 2, LearningRate = 0.001, Optimizer = new Sgd(),
        };

    private static void Fit(NetworkDefinition network, TrainingData data, TrainingOptions options) =>
        NetworkTrainer.Fit(network, new ManagedEngine(1), data, null, options);
}
