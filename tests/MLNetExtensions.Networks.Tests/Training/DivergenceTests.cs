using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>A run that leaves the range of numbers says what left it, where, and in which step.</summary>
public sealed class DivergenceTests
{
    private static readonly ManagedEngine Engine = new(1);

    private static readonly NetworkDefinition Deep = NetworkDefinition.Build(
        new(2), layers => layers.Linear(2, bias: false, name: "a").Linear(2, bias: false, name: "b").Tanh("bound").Linear(1, bias: false, name: "c"));

    private static readonly TrainingOptions Options =
        new()
        {
            Loss = new MeanSquaredErrorLoss(), Epochs = 3, BatchSize = 2, LearningRate = 0.1, Optimizer = new Sgd(),
            Shuffle = false,
        };

    [Fact]
    public void A_loss_is_told_by_the_first_layer_without_numbers()
    {
        NetworkDefinition network = NetworkDefinition.Build(
            new(2), layers => layers.Linear(2, bias: false, name: "a").Linear(2, bias: false, name: "b").Linear(1, bias: false, name: "c"));
        NetworkWeights weights = Constant(network, 1);
        Array.Fill(weights["a.weight"].Values, 1e20f);
        Array.Fill(weights["b.weight"].Values, 1e20f);
        // The first batch is of zeros.
        TrainingData data = new InMemoryTrainingData<float>(new(2), [0, 0, 0, 0, 0, 0, 1, 1], new float[4]);
        TrainingDivergedException e = Diverge(network, weights, data, Options);
        Assert.Equal(("loss", "b", 1, 2), (e.Quantity, e.Place, e.Epoch, e.Step));
        Assert.Contains(
            "the loss became Infinity, from the output of layer 'b' (Linear) on, in epoch 1, step 2, at learning rate 0.1. " +
            "Try a learning rate ten times lower, gradient clipping, a warm-up", e.Message);
    }

    [Fact]
    public void The_layer_is_found_on_its_branch()
    {
        NetworkDefinition network = new(new(2),
        [
            new("left", new Linear(2, Bias: false), ["input"]), new("right", new Linear(2, Bias: false), ["input"]),
            new("sum", new Add(), ["left", "right"]), new("last", new Linear(1, Bias: false), ["sum"]),
        ]);
        NetworkWeights weights = Constant(network, 1);
        Array.Fill(weights["left.weight"].Values, 3e38f);
        TrainingDivergedException e = Diverge(network, weights, Ones(), Options);
        Assert.Equal(("loss", "left"), (e.Quantity, e.Place));
    }

    [Fact]
    public void A_validation_loss_is_told_by_its_layer()
    {
        TrainingData validation = new InMemoryTrainingData<float>(new(2), [0, 0, 1, 1, 3e38f, 3e38f], new float[3]);
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers.Linear(1, bias: false, name: "only"));
        var e = Assert.Throws<TrainingDivergedException>(
            () => NetworkTrainer.Fit(
                network, Engine, Ones(), validation, Options with { LearningRate = 1e-12 }, Constant(network, 1)));
        Assert.Equal(("validation loss", "only", 1, 2), (e.Quantity, e.Place, e.Epoch, e.Step));
        Assert.Contains("the validation loss became Infinity, from the output of layer 'only' (Linear) on, in epoch 1", e.Message);
    }

    [Fact]
    public void A_gradient_is_told_by_its_parameter()
    {
        // tanh(0) has the slope 1, so the gradient of b is −10³⁰ · 2·10¹⁵.
        NetworkWeights weights = Constant(Deep, 1e15f);
        Array.Fill(weights["b.weight"].Values, 0);
        Array.Fill(weights["c.weight"].Values, 1e30f);
        foreach (TrainingOptions options in new[] { Options, Options with { GradientClipNorm = 1 } })
        {
            TrainingDivergedException e = Diverge(Deep, weights, Ones(target: 1), options with { Loss = new L1Loss() });
            Assert.Equal(("gradient", "b.weight", 1, 1), (e.Quantity, e.Place, e.Epoch, e.Step));
            Assert.Contains("the gradient of 'b.weight' became -Infinity in epoch 1, step 1", e.Message);
            Assert.Equal(options.GradientClipNorm is null, e.Message.Contains("gradient clipping"));
        }
    }

    /// <summary>Adam divides by the root of the mean square: were that infinite, nothing would ever change.</summary>
    [Fact]
    public void A_gradient_whose_square_overflows_stops_Adam()
    {
        TrainingData data = new InMemoryTrainingData<float>(new(2), [1e10f, 1e10f, 2e10f, 2e10f], [1e10f, 2e10f]);
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers.Linear(1, name: "only"));
        foreach (Optimizer optimizer in new Optimizer[] { new Adam(), new AdamW(), new RmsProp() })
        {
            TrainingDivergedException e = Diverge(network, Constant(network, 1), data, Options with { Optimizer = optimizer });
            Assert.Equal(("gradient", "only.weight", 1, 1), (e.Quantity, e.Place, e.Epoch, e.Step));
            Assert.Contains($"and {optimizer.GetType().Name} can't go on from its square, which is infinite in Single, in epoch 1", e.Message);
            NetworkTrainer.Fit(network, Engine, data, null, Options with { Optimizer = optimizer, GradientClipNorm = 1 }, Constant(network, 1));
        }
    }

    [Fact]
    public void A_weight_is_told_where_the_epoch_ends()
    {
        TrainingDivergedException e = Diverge(
            TrainingSets.LinearNetwork(), Constant(TrainingSets.LinearNetwork(), 1), Ones(count: 2),
            Options with { LearningRate = 3e38 });
        Assert.Equal(("weight", "0.weight", 1, 1), (e.Quantity, e.Place, e.Epoch, e.Step));
        Assert.Contains("the weight '0.weight' became -Infinity in epoch 1, step 1, at learning rate 3E+38", e.Message);
        Assert.Null(e.Best);
    }

    /// <summary>In mid-epoch the next loss shows it. What came before is not lost.</summary>
    [Fact]
    public void A_weight_is_told_in_mid_epoch()
    {
        // The second epoch begins with the rate 3·10³⁸.
        TrainingDivergedException e = Diverge(
            TrainingSets.LinearNetwork(), Constant(TrainingSets.LinearNetwork(), 1), Ones(),
            Options with { LearningRate = 1e-3, Schedule = new StepSchedule(1, 3e41) });
        Assert.Equal(("weight", "0.weight", 2, 2), (e.Quantity, e.Place, e.Epoch, e.Step));
        Assert.Equal(1, e.Best!.BestEpoch);
        Assert.All(e.Best.Model.Weights, pair => Assert.All(pair.Value.Values, value => Assert.InRange(value, 0.5f, 1)));
    }

    [Fact]
    public void Features_that_are_no_numbers_are_told_as_that()
    {
        TrainingData data = new InMemoryTrainingData<float>(new(2), [1, 2, 3, float.NaN], new float[2]);
        TrainingDivergedException e = Diverge(TrainingSets.LinearNetwork(), Constant(TrainingSets.LinearNetwork(), 1), data, Options);
        Assert.Equal(("features", null), (e.Quantity, e.Place));
        Assert.Contains("the loss became NaN, since features of the batch are not finite, in epoch 1, step 1", e.Message);
    }

    /// <summary>x = y = 10¹⁰: gradients of 10²⁰ and more are finite, and clipping makes them small.</summary>
    [Theory]
    [InlineData(1.0, null)]
    [InlineData(null, 1.0)]
    [InlineData(1.0, 1.0)]
    public void Large_numbers_train_under_clipping(double? clipNorm, double? clipValue)
    {
        float[] numbers = [.. Enumerable.Range(1, 16).Select(i => 1e10f * i)];
        TrainingData data = new InMemoryTrainingData<float>(new(1), numbers, numbers);
        NetworkDefinition network = NetworkDefinition.Build(new(1), layers => layers.Linear(8).ReLU().Linear(1));
        foreach (SimdLevel level in SimdLevels.Supported)
        {
            TrainingHistory history = NetworkTrainer.Fit(network, new ManagedEngine(1, level), data, data, Options with
            {
                Epochs = 40, BatchSize = 4, LearningRate = 0.01, Optimizer = new Adam(), GradientClipNorm = clipNorm,
                GradientClipValue = clipValue,
            }).History;
            Assert.InRange(history[^1].ValidationLoss!.Value, 0, history[0].ValidationLoss!.Value / 10);
        }
    }

    private static TrainingDivergedException Diverge(
        NetworkDefinition network, NetworkWeights weights, TrainingData data, TrainingOptions options) =>
        Assert.Throws<TrainingDivergedException>(() => NetworkTrainer.Fit(network, Engine, data, null, options, weights));

    private static TrainingData Ones(int count = 4, float target = 0)
    {
        float[] features = new float[2 * count], targets = new float[count];
        Array.Fill(features, 1);
        Array.Fill(targets, target);
        return new InMemoryTrainingData<float>(new(2), features, targets);
    }

    private static NetworkWeights Constant(NetworkDefinition network, float value) => new(network.Parameters.Select(spec =>
    {
        float[] values = new float[spec.Shape.Size];
        Array.Fill(values, value);
        return KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape, values));
    }));
}
