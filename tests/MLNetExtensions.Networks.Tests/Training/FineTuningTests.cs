using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>Parts of a network that learn slowly, later, or not at all.</summary>
public sealed class FineTuningTests
{
    private static readonly NetworkDefinition Network = NetworkDefinition.Build(new(1, 6, 6), network => network
        .Sequential("features", features => features
            .Conv2d(4, 3, padding: 1).BatchNorm2d().ReLU().MaxPool2d(2).Conv2d(5, 3, padding: 1).ReLU())
        .Flatten("flatten")
        .Sequential("head", head => head.Linear(7).ReLU().Linear(3)));

    private static readonly TrainingData Data = Examples(40, seed: 1), Validation = Examples(12, seed: 2);

    private static readonly TrainingOptions Options =
        new() { Loss = new CrossEntropyLoss(), Epochs = 3, BatchSize = 8, LearningRate = 0.01, Seed = 4 };

    public static TheoryData<Optimizer, double> Optimizers => new()
    {
        { new Sgd(), 0.1 }, { new Sgd(0.9, WeightDecay: 0.01), 0.1 }, { new Adam(), 0.01 }, { new AdamW(WeightDecay: 0.5), 0.01 },
        { new RmsProp(), 0.01 },
    };

    /// <summary>All rules of update are linear in the rate.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_group_moves_as_far_as_its_factor_says(Optimizer optimizer, double learningRate)
    {
        TrainingOptions step = Options with { Epochs = 1, BatchSize = 40, Optimizer = optimizer, LearningRate = learningRate };
        NetworkWeights start = NetworkWeights.Initialize(Network, 4), whole = Fit(step).Model.Weights;
        NetworkWeights scaled = Fit(step with
        {
            LearningRateFactors = new Dictionary<string, double> { ["features"] = 0.25, ["features.0.bias"] = 0.5, ["head.2"] = 2 },
        }).Model.Weights;
        foreach (ParameterSpec spec in Network.Parameters.Where(spec => spec.Role == ParameterRole.Trainable))
        {
            double factor = spec.Name == "features.0.bias" ? 0.5 : spec.Name.StartsWith("features") ? 0.25
                : spec.Name.StartsWith("head.2") ? 2 : 1;
            for (int i = 0; i < spec.Shape.Size; i++)
            {
                float from = start[spec.Name].Values[i];
                Assert.Equal(factor * (whole[spec.Name].Values[i] - from), scaled[spec.Name].Values[i] - from, 2e-6);
            }
        }
    }

    [Fact]
    public void What_is_frozen_at_first_learns_from_its_epoch_on()
    {
        NetworkWeights start = NetworkWeights.Initialize(Network, 4);
        Dictionary<string, int> epochs = new() { ["features"] = 2, ["head.0"] = 1 };
        NetworkWeights after1 = After(1), after2 = After(2), after3 = After(3);
        Assert.Equal(["head.2.weight", "head.2.bias"], Changed(start, after1));
        Assert.Equal(["head.0.weight", "head.0.bias", "head.2.weight", "head.2.bias"], Changed(start, after2));
        Assert.Equal(Network.Parameters.Select(spec => spec.Name), Changed(start, after3));

        NetworkWeights After(int count) => Fit(Options with { Epochs = count, FrozenEpochs = epochs }).Model.Weights;
    }

    [Fact]
    public void A_run_resumed_before_or_after_an_unfreezing_comes_to_the_same_weights()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options with { Epochs = 4, FrozenEpochs = new Dictionary<string, int> { ["features"] = 2 } };
        NetworkWeights expected = Fit(options).Model.Weights;
        for (int epochs = 1; epochs < 4; epochs++)
        {
            Checkpointing checkpoints = new(Path.Combine(folder.Path, $"{epochs}"));
            Fit(options with { Epochs = epochs, Checkpoints = checkpoints });
            Assert.Empty(Changed(expected, Fit(options with { Checkpoints = checkpoints }).Model.Weights));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Frozen_first_layers_are_computed_once_and_the_result_is_the_same(int stages)
    {
        CountingData counted = new(Data), everyEpoch = new(Data);
        TrainingOptions options = Options with
        {
            Epochs = 4, Frozen = ["features"], LearningRateFactors = new Dictionary<string, double> { ["head.2"] = 0.5 },
            FrozenEpochs = stages == 1 ? new Dictionary<string, int>() : new Dictionary<string, int> { ["head.0"] = 2 },
        };
        TrainingResult once = NetworkTrainer.Fit(Network, ManagedEngine.Default, counted, Validation, options);
        TrainingResult always = NetworkTrainer.Fit(
            Network, ManagedEngine.Default, everyEpoch, Validation, options with { Augmentations = [new NoChange()] });
        Assert.Equal(40, counted.Read);
        Assert.Equal(160, everyEpoch.Read);
        Assert.Equal(Network, once.Model.Definition);
        Assert.Empty(Changed(always.Model.Weights, once.Model.Weights));
        Assert.Equal(always.History.Select(epoch => epoch.ValidationLoss), once.History.Select(epoch => epoch.ValidationLoss));
    }

    [Fact]
    public void Random_layers_behind_frozen_ones_draw_what_they_would_have_drawn()
    {
        NetworkDefinition dropping = NetworkDefinition.Build(new(1, 6, 6), network => network
            .Sequential("features", features => features.Conv2d(4, 3).ReLU())
            .Flatten("flatten").Sequential("head", head => head.Dropout(0.5).Linear(7).ReLU().Dropout(0.2).Linear(3)));
        TrainingOptions options = Options with { Frozen = ["features"] };
        Assert.NotNull(FrozenPrefix.Find(dropping, options, 40, null));
        TrainingResult once = NetworkTrainer.Fit(dropping, ManagedEngine.Default, Data, null, options);
        TrainingResult always = NetworkTrainer.Fit(
            dropping, ManagedEngine.Default, Data, null, options with { Augmentations = [new NoChange()] });
        Assert.Empty(Changed(always.Model.Weights, once.Model.Weights));
    }

    [Fact]
    public void What_dropout_or_mixing_changes_is_not_computed_once()
    {
        NetworkDefinition dropping = NetworkDefinition.Build(new(1, 6, 6), network => network
            .Sequential("features", features => features.Conv2d(4, 3).Dropout(0.5).Conv2d(3, 3))
            .Flatten("flatten").Linear(3, name: "head"));
        TrainingOptions options = Options with { Frozen = ["features"] };
        FrozenPrefix prefix = FrozenPrefix.Find(dropping, options, 40, null)!;
        Assert.Equal(["features.1", "features.2", "flatten", "head"], prefix.Rest.Nodes.Select(node => node.Name));
        Assert.Null(FrozenPrefix.Find(dropping, options with { Mixing = [new Mixup()] }, 40, null));
        Assert.Null(FrozenPrefix.Find(dropping, options with { Frozen = ["head"] }, 40, null));
        // A checkpoint is of the whole network.
        Assert.Null(FrozenPrefix.Find(dropping, options with { Checkpoints = new("folder") }, 40, null));
        Assert.NotNull(FrozenPrefix.Find(dropping, options with { EarlyStopping = new() }, 40, null));
        // More than a GiB.
        Assert.Null(FrozenPrefix.Find(dropping, options, 6_000_000, null));
    }

    [Fact]
    public void A_branch_around_the_frozen_layers_is_no_seam()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(4), b => b
            .Linear(4, name: "first").Residual(main => main.Linear(4, name: "second"), name: "add").Linear(3, name: "head"));
        Assert.Equal(
            ["head"], FrozenPrefix.Find(network, Options with { Frozen = ["first", "second"] }, 1, null)!.Rest.Nodes.Select(node => node.Name));
        Assert.Equal(
            ["second", "add", "head"],
            FrozenPrefix.Find(network, Options with { Frozen = ["first"] }, 1, null)!.Rest.Nodes.Select(node => node.Name));
    }

    [Fact]
    public void Invalid_options_are_named()
    {
        Check("FrozenEpochs names 'tail'", Options with { FrozenEpochs = new Dictionary<string, int> { ["tail"] = 1 } });
        Check("FrozenEpochs[head] must be at least 1", Options with { FrozenEpochs = new Dictionary<string, int> { ["head"] = 0 } });
        Check(
            "FrozenEpochs lets 'features.0' learn after 2 epochs, but Frozen keeps it as it is",
            Options with { Frozen = ["features"], FrozenEpochs = new Dictionary<string, int> { ["features.0"] = 2 } });
        Check("LearningRateFactors names 'tail'", Options with { LearningRateFactors = new Dictionary<string, double> { ["tail"] = 1 } });
        Check(
            "LearningRateFactors[head] must be above 0",
            Options with { LearningRateFactors = new Dictionary<string, double> { ["head"] = 0 } });
        Check("PreparationThreads must be at least 1", Options with { PreparationThreads = 0 });

        static void Check(string message, TrainingOptions options) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => Fit(options)).Message);
    }

    private static TrainingResult Fit(TrainingOptions options) =>
        NetworkTrainer.Fit(Network, ManagedEngine.Default, Data, null, options);

    private static IEnumerable<string> Changed(NetworkWeights before, NetworkWeights after) =>
        before.Where(pair => !pair.Value.Values.SequenceEqual(after[pair.Key].Values)).Select(pair => pair.Key);

    private static InMemoryTrainingData<float> Examples(int count, int seed)
    {
        Random random = new(seed);
        return new(
            new(1, 6, 6), [.. Enumerable.Range(0, count * 36).Select(_ => random.NextSingle() - 0.5f)],
            [.. Enumerable.Range(0, count).Select(i => (float)(i % 3))]);
    }

    /// <summary>Counts the examples that are read.</summary>
    private sealed class CountingData(TrainingData source)
        : TrainingData(source.FeatureShape, [.. Enumerable.Range(0, source.Count).Select(row => source.Targets(row)[0])], null, 1)
    {
        private int _read;

        public int Read => _read;

        public override void CopyFeatures(ReadOnlySpan<int> rows, Span<float> features)
        {
            Interlocked.Add(ref _read, rows.Length);
            source.CopyFeatures(rows, features);
        }
    }

    private sealed record NoChange : Augmentation
    {
        public override void Apply(Span<float> example, Span<float> scratch, TensorShape shape, ref SplitMix64 random)
        {
        }
    }
}
