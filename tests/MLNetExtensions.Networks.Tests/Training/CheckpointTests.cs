using System.Globalization;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class CheckpointTests
{
    private static readonly NetworkDefinition Network =
        NetworkDefinition.Build(new(2, 6, 5), network => network.Conv2d(2, 3).Flatten().Linear(1));

    /// <summary>Validation losses of the epochs (4 steps each): the third is the best.</summary>
    private static readonly float[] Losses = [5, 4, 3, 3.5f, 3.2f, 3.1f, 3.3f, 3.4f];

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(13)]
    [InlineData(22)]
    public void A_run_interrupted_at_any_step_ends_with_the_same_bits(int interruptedStep)
    {
        using TempFolder folder = new();
        using TempFolder other = new();
        TrainingOptions options = Options(folder, epochs: 6);
        TrainingResult whole = Fit(new(), options with { Checkpoints = new(other.Path) });
        double[] wholeRates = [.. whole.History.Select(epoch => epoch.LearningRate)];

        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() =>
            Fit(new() { OnStep = step => { if (step == interruptedStep) source.Cancel(); }, Output = Output }, options, source.Token));
        FakeEngine engine = new() { Output = Output };
        TrainingResult resumed = Fit(engine, options);

        Assert.Equal(24 - interruptedStep / 4 * 4, engine.Rates.Count);
        AssertEqual(whole.Model.Weights, resumed.Model.Weights);
        Assert.Equal((whole.BestEpoch, whole.StopReason), (resumed.BestEpoch, resumed.StopReason));
        Assert.Equal(wholeRates, resumed.History.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void Early_stopping_goes_on_counting_and_the_best_weights_survive()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(folder, epochs: 8) with { EarlyStopping = new(4) };
        TrainingResult whole = Fit(new(), options with { Checkpoints = null });
        Assert.Equal((7, 3, StopReason.EarlyStopped), (whole.History.Count, whole.BestEpoch, whole.StopReason));

        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() =>
            Fit(new() { OnStep = step => { if (step == 21) source.Cancel(); }, Output = Output }, options, source.Token));
        TrainingResult resumed = Fit(new() { Output = Output }, options);
        Assert.Equal((7, 3, StopReason.EarlyStopped), (resumed.History.Count, resumed.BestEpoch, resumed.StopReason));
        AssertEqual(whole.Model.Weights, resumed.Model.Weights);

        // A finished run is not run again.
        FakeEngine idle = new() { Output = Output };
        TrainingResult again = Fit(idle, options);
        Assert.Empty(idle.Rates);
        Assert.Equal(StopReason.EarlyStopped, again.StopReason);
        AssertEqual(whole.Model.Weights, again.Model.Weights);
    }

    [Fact]
    public void A_finished_run_can_be_lengthened()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(folder, epochs: 3) with { Schedule = new StepSchedule(2) };
        Fit(new() { Output = Output }, options);
        TrainingResult longer = Fit(new() { Output = Output }, options with { Epochs = 5 });
        AssertEqual(Fit(new(), options with { Epochs = 5, Checkpoints = null }).Model.Weights, longer.Model.Weights);
        Assert.Equal([1, 2, 3, 4, 5], longer.History.Select(epoch => epoch.Epoch));
    }

    public static TheoryData<LearningRateSchedule, bool> Lengthened => new()
    {
        { new CosineSchedule(), false }, { new OneCycleSchedule(), false }, { new WarmupSchedule(new CosineSchedule()), false },
        { new WarmupSchedule(new WarmupSchedule(new OneCycleSchedule())), false }, { new OwnSchedule(), false },
        { new ConstantSchedule(), true }, { new ExponentialSchedule(), true }, { new StepSchedule(1), true },
        { new ReduceOnPlateauSchedule(0.5, 0), true }, { new WarmupSchedule(new StepSchedule(1)), true },
    };

    [Theory]
    [MemberData(nameof(Lengthened))]
    public void A_run_can_be_lengthened_only_under_a_schedule_that_does_not_depend_on_its_length(LearningRateSchedule schedule, bool allowed)
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(folder, epochs: 3) with { Schedule = schedule };
        Fit(new() { Output = Output }, options);
        Fit(new() { Output = Output }, options);            // the same again is taken up
        TrainingOptions longer = options with { Epochs = 5 };
        if (allowed)
        {
            TrainingResult whole = Fit(new(), longer with { Checkpoints = null });
            AssertEqual(whole.Model.Weights, Fit(new() { Output = Output }, longer).Model.Weights);
            return;
        }
        string message = Assert.Throws<InvalidOperationException>(() => Fit(new() { Output = Output }, longer)).Message;
        Assert.Contains("over 3 epochs there", message);
        Assert.Contains("over 5 epochs here", message);
    }

    [Fact]
    public void Another_arithmetic_would_give_other_bits_and_is_named()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(folder, epochs: 2);
        Fit(new() { Output = Output }, options);
        string message = Assert.Throws<InvalidOperationException>(
            () => Fit(new() { Output = Output, Arithmetic = "other" }, options with { Epochs = 2 })).Message;
        Assert.Contains("engine fake there and other here", message);
        Assert.NotEqual(new ManagedEngine(1, SimdLevel.Scalar).Arithmetic, new ManagedEngine(1, SimdLevel.Vector128).Arithmetic);
        Assert.Equal(new ManagedEngine(1).Arithmetic, new ManagedEngine(2).Arithmetic);
    }

    [Fact]
    public void The_best_weights_are_a_model()
    {
        using TempFolder folder = new();
        Fit(new() { Output = Output }, Options(folder, epochs: 5));
        string path = folder.File(TrainingCheckpoint.FileName);
        NetworkModel model = NetworkModel.Load(path);
        Assert.Equal(Network, model.Definition);
        AssertEqual(TrainingCheckpoint.Load(path).BestModel.Weights, model.Weights);
    }

    [Fact]
    public void The_file_holds_weights_best_model_and_history()
    {
        using TempFolder folder = new();
        TrainingResult result = Fit(new() { Output = Output }, Options(folder, epochs: 5));
        TrainingCheckpoint checkpoint = TrainingCheckpoint.Load(folder.File(TrainingCheckpoint.FileName));
        AssertEqual(result.Model.Weights, checkpoint.Weights);
        AssertEqual(Fit(new(), Options(folder, epochs: 3) with { Checkpoints = null, Schedule = new CosineSchedule(0.001) }, epochsOfSchedule: 5)
            .Model.Weights, checkpoint.BestModel.Weights);
        Assert.Equal(result.History.Select(epoch => epoch.ValidationLoss), checkpoint.History.Select(epoch => epoch.ValidationLoss));
        Assert.Equal(Network, checkpoint.Definition);
        Assert.Equal([TrainingCheckpoint.FileName], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Checkpoints_come_every_so_many_epochs_and_at_the_end()
    {
        using TempFolder folder = new();
        List<int> epochs = [];
        FakeEngine engine = new()
        {
            Output = Output,
            OnStep = step =>
            {
                string path = folder.File(TrainingCheckpoint.FileName);
                if (step % 4 == 0 && step > 0)
                    epochs.Add(File.Exists(path) ? TrainingCheckpoint.Load(path).History.Count : 0);
            },
        };
        Fit(engine, Options(folder, epochs: 7) with { Checkpoints = new(folder.Path, EveryEpochs: 3) });
        Assert.Equal([0, 0, 3, 3, 3, 6], epochs);
        Assert.Equal(7, TrainingCheckpoint.Load(folder.File(TrainingCheckpoint.FileName)).History.Count);
    }

    [Fact]
    public void A_checkpoint_is_known_again_in_another_culture()
    {
        using TempFolder folder = new();
        TrainingOptions longer = Options(folder, epochs: 2) with { Schedule = new ExponentialSchedule(0.75) };
        Fit(new() { Output = Output }, longer with { Epochs = 1 });
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Fit(new() { Output = Output }, longer);
            Assert.Same(comma, CultureInfo.CurrentCulture);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
        Assert.Equal(2, TrainingCheckpoint.Load(folder.File(TrainingCheckpoint.FileName)).History.Count);
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused_unless_resuming_is_off()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(folder, epochs: 1);
        Fit(new() { Output = Output }, options);
        string message = Assert.Throws<InvalidOperationException>(() => Fit(new(), options with { Seed = 9 })).Message;
        Assert.Contains("is of another run: seed 3 there and 9 here. Choose another folder", message);
        Assert.Contains("set Resume to false", message);
        NetworkDefinition other = NetworkDefinition.Build(new(2, 6, 5), network => network.Flatten().Linear(1));
        Assert.Contains("of another network", Assert.Throws<InvalidOperationException>(() =>
            NetworkTrainer.Fit(other, new FakeEngine(), TrainingSets.Images(16), null, options)).Message);
        FakeEngine engine = new() { Output = Output };
        Fit(engine, options with { Seed = 9, Checkpoints = new(folder.Path, Resume: false) });
        Assert.Equal(4, engine.Rates.Count);
    }

    public static TheoryData<string, Func<TrainingOptions, TrainingOptions>> OtherOptions => new()
    {
        { "batches", options => options with { BatchSize = 8 } },
        { "batches", options => options with { Shuffle = false } },
        { "batches", options => options with { DropLast = true } },
        { "batches", options => options with { AccumulateSteps = 2 } },
        { "mixing", options => options with { Mixing = [new Mixup()] } },
        { "metrics", options => options with { Metrics = [new RSquaredMetric()] } },
        { "augmentations", options => options with { Augmentations = [new RandomCrop(1), .. options.Augmentations[1..]] } },
        { "loss", options => options with { Loss = new HuberLoss() } },
        { "target unit", options => options with { TargetUnit = 40 } },
        { "learning rate", options => options with { LearningRate = 0.02 } },
        { "optimizer", options => options with { Optimizer = new Sgd(Momentum: 0.1) } },
        { "schedule", options => options with { Schedule = new CosineSchedule(0.002) } },
        { "schedule", options => options with { Schedule = new WarmupSchedule(options.Schedule) } },
        { "gradient clipping", options => options with { GradientClipNorm = 1 } },
        { "average decay", options => options with { AverageDecay = 0.9 } },
        { "frozen", options => options with { Frozen = ["0"] } },
        { "frozen at first", options => options with { FrozenEpochs = new Dictionary<string, int> { ["0"] = 1 } } },
        { "learning rate factors", options => options with { LearningRateFactors = new Dictionary<string, double> { ["0"] = 0.5 } } },
        { "callbacks", options => options with { EarlyStopping = new(MinDelta: 0.1) } },
    };

    [Theory]
    [MemberData(nameof(OtherOptions))]
    public void Options_that_would_have_made_another_checkpoint_are_named(
        string name, Func<TrainingOptions, TrainingOptions> change)
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(folder, epochs: 1);
        Fit(new(), options);
        string message =
            Assert.Throws<InvalidOperationException>(() => Fit(new(), change(options))).Message;
        Assert.Contains($"is of another run: {name} ", message);
        Assert.Equal(1, message.Split(" there and ").Length - 1);
    }

    /// <summary>As it was written when optimisers had a learning rate of their own.</summary>
    [Fact]
    public void A_checkpoint_of_the_old_form_is_told()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(folder, epochs: 1);
        Fit(new(), options);
        TrainingCheckpoint now = TrainingCheckpoint.Load(options.Checkpoints!.FilePath);
        Dictionary<string, string> run = new(now.Run) { ["optimizer"] = "Sgd { LearningRate = 0.01, WeightDecay = 0 }" };
        run.Remove("learning rate");
        new TrainingCheckpoint(now.Definition, now.Weights, now.State, now.Best, now.History, now.Callbacks, run)
            .Save(options.Checkpoints.FilePath);
        string message = Assert.Throws<InvalidOperationException>(() => Fit(new(), options)).Message;
        Assert.Contains("learning rate not recorded there and 0.01 here; optimizer Sgd { LearningRate", message);
    }

    [Fact]
    public void Patience_may_change()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(folder, epochs: 8) with { EarlyStopping = new(1) };
        Assert.Equal(4, Fit(new(), options).History.Count);
        TrainingResult longer = Fit(new(), options with { EarlyStopping = new(4, RestoreBest: false) });
        Assert.Equal((7, 3), (longer.History.Count, longer.BestEpoch));
    }

    /// <summary>An uninterrupted run would have other weights, and could not be told apart.</summary>
    [Fact]
    public void A_checkpoint_beyond_the_end_of_the_run_is_refused()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(folder, epochs: 8) with { EarlyStopping = new(4), Schedule = new ConstantSchedule() };
        Assert.Equal(7, Fit(new(), options).History.Count);
        Check(options with { Epochs = 6 }, "is of epoch 7, but this run would have ended after epoch 6. Choose another folder");
        Check(options with { EarlyStopping = new(2) }, "is of epoch 7, but this run would have ended after epoch 5.");
        Assert.Equal(7, Fit(new(), options with { Epochs = 7 }).History.Count);

        void Check(TrainingOptions shorter, string message) =>
            Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => Fit(new(), shorter)).Message);
    }

    [Fact]
    public void A_checkpoint_of_other_examples_is_refused()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(folder, epochs: 1);
        TrainingData data = TrainingSets.Images(16), validation = TrainingSets.Images(3);
        float[] targets = new float[16];
        targets[5] = 1;
        Train(data, validation, null);
        Check("training set 16 examples", TrainingSets.Images(17), validation);
        Check("training set 16 examples", new InMemoryTrainingData<byte>(data.FeatureShape, Pixels(3), targets), validation);
        Check("training set 16 examples", new InMemoryTrainingData<byte>(data.FeatureShape, Pixels(4), new float[16]), validation);
        Check("validation set 3 examples", data, TrainingSets.Images(4));
        Check("validation set 3 examples", data, null);
        Check("initial weights drawn there", data, validation, NetworkWeights.Initialize(Network, 1));
        // Equal ones in other arrays are the same.
        Train(new InMemoryTrainingData<byte>(data.FeatureShape, Pixels(3), new float[16]), validation, null);

        void Check(string message, TrainingData training, TrainingData? validation, NetworkWeights? initial = null) =>
            Assert.Contains(
                $"of another run: {message}",
                Assert.Throws<InvalidOperationException>(() => Train(training, validation, initial)).Message);

        void Train(TrainingData training, TrainingData? validation, NetworkWeights? initial) =>
            NetworkTrainer.Fit(Network, new FakeEngine(), training, validation, options, initial);

        static byte[] Pixels(int seed)
        {
            byte[] pixels = new byte[16 * 60];
            new Random(seed).NextBytes(pixels);
            return pixels;
        }
    }

    [Fact]
    public void Options_find_their_checkpoint()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(folder, epochs: 1);
        Assert.Null(options.Checkpoints!.FindCheckpoint());
        Fit(new(), options);
        Assert.Equal(3, options.FindCheckpoint()!.Seed);
        Assert.Null((options.Checkpoints with { Resume = false }).FindCheckpoint());
    }

    [Fact]
    public void A_state_that_is_not_the_engines_is_refused_with_what_it_lacks()
    {
        using TempFolder folder = new();
        ManagedEngine engine = new(1);
        Fit(new() { Output = Output, Arithmetic = engine.Arithmetic }, Options(folder, epochs: 1));
        string message = Assert.Throws<InvalidOperationException>(() => NetworkTrainer.Fit(
            Network, engine, TrainingSets.Images(16), TrainingSets.Images(3), Options(folder, epochs: 1))).Message;
        Assert.Contains($"'{folder.File(TrainingCheckpoint.FileName)}' can't be taken up: The training state lacks 'optimizer.step'", message);
    }

    [Fact]
    public void A_broken_checkpoint_is_named()
    {
        using TempFolder folder = new();
        string path = folder.File(TrainingCheckpoint.FileName);
        TrainingOptions options = Options(folder, epochs: 2);
        Fit(new() { Output = Output }, options);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^7]);
        Assert.Contains($"'{path}' is truncated", Assert.Throws<FormatException>(() => Fit(new(), options)).Message);
        new NetworkModel(Network, NetworkWeights.Initialize(Network, 1)).Save(path);
        Assert.Contains($"'{path}' is no valid checkpoint", Assert.Throws<FormatException>(() => Fit(new(), options)).Message);
    }

    private static float Output(int steps) => Losses[steps / 4 - 1];

    private static TrainingOptions Options(TempFolder folder, int epochs) => new()
    {
        Loss = new L1Loss(),
        Epochs = epochs,
        BatchSize = 4,
        Seed = 3,
        LearningRate = 0.01,
        Optimizer = new Sgd(),
        Schedule = new CosineSchedule(0.001),
        Augmentations = [new RandomCrop(2), new RandomHorizontalFlip(), new RandomBrightness()],
        Checkpoints = new(folder.Path),
    };

    private static TrainingResult Fit(FakeEngine engine, TrainingOptions options, CancellationToken cancellation = default, int epochsOfSchedule = 0)
    {
        if (engine.Output is null)
            engine = new() { Output = Output };
        if (epochsOfSchedule > 0)
        {
            // The weights after some epochs of a longer run: cancelled as the next one begins, none of them being better.
            using CancellationTokenSource source = new();
            engine = new() { Output = Output, OnStep = step => { if (step == options.Epochs * 4) source.Cancel(); } };
            return Train(engine, options with { Epochs = epochsOfSchedule, KeepResultWhenCanceled = true }, source.Token);
        }
        return Train(engine, options, cancellation);
    }

    private static TrainingResult Train(FakeEngine engine, TrainingOptions options, CancellationToken cancellation) =>
        NetworkTrainer.Fit(Network, engine, TrainingSets.Images(16), TrainingSets.Images(3), options, cancellation: cancellation);

    private static void AssertEqual(NetworkWeights expected, NetworkWeights actual)
    {
        Assert.Equal(expected.Select(pair => pair.Key), actual.Select(pair => pair.Key));
        foreach ((string name, WeightTensor tensor) in expected)
            Assert.Equal(tensor.Values.Select(BitConverter.SingleToInt32Bits), actual[name].Values.Select(BitConverter.SingleToInt32Bits));
    }

    /// <summary>A schedule of a user who has not thought of resuming.</summary>
    private sealed record OwnSchedule : LearningRateSchedule
    {
        public override IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch) => new ConstantSchedule().Start(baseRate / epochs, 1, 1);
    }
}
