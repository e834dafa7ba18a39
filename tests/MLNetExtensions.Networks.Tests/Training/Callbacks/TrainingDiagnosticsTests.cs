using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class TrainingDiagnosticsTests
{
    [Fact]
    public void Dead_units_are_counted_by_layer()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers.Linear(4).ReLU().Linear(3).ReLU().Linear(1));
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        // Two units of the first layer are below 0 whatever comes.
        weights["0.weight"].Values.AsSpan().Fill(0.1f);
        weights["0.bias"].Values.AsSpan().Fill(1);
        weights["0.bias"].Values[1] = weights["0.bias"].Values[3] = -50;
        weights["2.bias"].Values.AsSpan().Fill(1);
        weights["2.weight"].Values.AsSpan().Fill(0.1f);
        string message = Assert.Single(Warnings(network, weights));
        Assert.Contains("Epoch 1: 2 of 4 units of layer '1' are dead: 0 for each of the 32 training examples", message);
    }

    [Fact]
    public void A_channel_is_alive_if_one_place_of_it_is()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers.Reshape(new(1, 1, 2)).Conv2d(3, 1).ReLU().Flatten().Linear(1));
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        weights["1.weight"].Values.AsSpan().Fill(1);
        weights["1.bias"].Values.AsSpan().Fill(0.1f);
        weights["1.bias"].Values[2] = -50;
        Assert.Contains("1 of 3 units of layer '2'", Assert.Single(Warnings(network, weights)));
    }

    [Fact]
    public void Vanishing_gradients_are_found_in_a_deep_network_of_sigmoids_and_not_in_one_with_connections()
    {
        NetworkDefinition deep = NetworkDefinition.Build(new(2), layers =>
        {
            for (int i = 0; i < 12; i++)
                layers.Linear(4).Sigmoid();
            layers.Linear(1);
        });
        IReadOnlyList<string> found = Warnings(deep, NetworkWeights.Initialize(deep, 1));
        Assert.NotEmpty(found);
        Assert.StartsWith("Epoch 1: the gradients of layer '0' (Linear) vanish: their norm is ", found[0]);
        Assert.DoesNotContain(found, message => message.Contains("layer '24'"));

        NetworkDefinition shallow = NetworkDefinition.Build(new(2), layers => layers.Linear(4).Sigmoid().Linear(1));
        Assert.Empty(Warnings(shallow, NetworkWeights.Initialize(shallow, 1)));
    }

    [Fact]
    public void Exploding_gradients_are_found_where_targets_are_far_off()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers.Linear(4).Tanh().Linear(1));
        IReadOnlyList<string> found = Warnings(network, NetworkWeights.Initialize(network, 1), target: 1e5f);
        Assert.Contains(found, message => message.StartsWith("Epoch 1: the gradients of layer '2' (Linear) explode: their norm is "));
    }

    [Fact]
    public void Each_epoch_is_judged_by_itself()
    {
        // Units that live in the first epoch, whose rate moves nothing, are thrown far below 0 by the only step of the second.
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers.Linear(4).ReLU().Linear(1));
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        weights["0.bias"].Values.AsSpan().Fill(1);
        weights["2.weight"].Values.AsSpan().Fill(0.1f);
        List<string> found = Warnings(network, weights, target: -10, new()
        {
            Epochs = 3, BatchSize = 32, LearningRate = 1e-12, Schedule = new StepSchedule(1, 1e14),
        });
        Assert.Equal(["Epoch 2: 4 of 4 units", "Epoch 3: 4 of 4 units"], found.Where(text => text.Contains("dead")).Select(text => text[..21]));

        // Gradients that explode in one epoch do so in each, by as much.
        network = NetworkDefinition.Build(new(2), layers => layers.Linear(1));
        string[] explode =
        [
            .. Warnings(network, NetworkWeights.Initialize(network, 1), target: 1e5f, new() { Epochs = 2, BatchSize = 32, LearningRate = 1e-12 })
                .Select(text => text[(text.IndexOf("norm is"))..]),
        ];
        Assert.Equal(2, explode.Length);
        Assert.Equal(explode[0], explode[1]);
    }

    [Fact]
    public void What_is_frozen_has_no_gradients_that_vanish()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers.Linear(4).Sigmoid().Linear(4).Sigmoid().Linear(1));
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        Assert.Empty(Warnings(network, weights, options: new()
        {
            Epochs = 1, BatchSize = 8, LearningRate = 1e-6,
            Frozen = ["0"], FrozenEpochs = new Dictionary<string, int> { ["2"] = 1 },
        }));
    }

    private static List<string> Warnings(NetworkDefinition network, NetworkWeights weights, float target = 0, TrainingOptions? options = null)
    {
        Random random = new(1);
        float[] features = [.. Enumerable.Range(0, 64).Select(_ => random.NextSingle() * 2 - 1)];
        float[] targets = [.. Enumerable.Range(0, 32).Select(row => target + features[2 * row])];
        List<string> warnings = [];
        NetworkTrainer.Fit(network, ManagedEngine.Default, new InMemoryTrainingData<float>(new(2), features, targets), null,
            (options ?? new() { Epochs = 1, BatchSize = 8, LearningRate = 1e-6 }) with
            {
                Loss = new MeanSquaredErrorLoss(), Optimizer = new Sgd(), Warned = warnings.Add,
                Callbacks = [new TrainingDiagnostics(EverySteps: 2)],
            },
            weights);
        return warnings;
    }
}
