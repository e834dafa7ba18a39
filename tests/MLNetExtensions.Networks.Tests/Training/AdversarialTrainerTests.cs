using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class AdversarialTrainerTests
{
    private static readonly ManagedEngine Engine = new();

    [Fact]
    public void One_seed_one_result() => AdversarialContract.SeedsReproduce(Engine);

    [Fact]
    public void A_resumed_run_has_the_bits_of_one_that_ran_through() => AdversarialContract.ResumedRunsAreExact(Engine);

    [Fact]
    public void Spectral_norms_are_one() => AdversarialContract.NormsAreOne(Engine);

    [Fact]
    public void The_number_of_threads_does_not_matter()
    {
        (AdversarialNetworks networks, AdversarialOptions options) = AdversarialContract.Pairs.First();
        AdversarialContract.Equal(
            AdversarialTrainer.Fit(networks, new ManagedEngine(1), AdversarialContract.Data, options),
            AdversarialTrainer.Fit(networks, new ManagedEngine(3), AdversarialContract.Data, options));
    }

    /// <summary>Without clipping and averages a step is PyTorch's textbook one, written out here by the parts of a session.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void A_step_is_some_of_the_discriminator_and_one_of_the_generator(int discriminatorSteps, bool normalized)
    {
        AdversarialNetworks networks = new(
            NetworkDefinition.Build(new(2), n => n.Linear(5).Tanh().Linear(3)),
            NetworkDefinition.Build(new(3), n => n.Linear(6).LeakyReLU(0.2).Linear(1)));
        float[] examples = [0.5f, -1, 2, 0.1f, 0.7f, -0.3f, 1.5f, -2, 0.2f, 0.9f, 0.4f, -0.6f];
        float[] weights = [1, 0.5f, 2, 0];
        TrainingData data = new InMemoryTrainingData<float>(new(3), examples, new float[4], weights);
        AdversarialResult result = AdversarialTrainer.Fit(
            networks, Engine, data,
            new()
            {
                Epochs = 1, BatchSize = 4, Shuffle = false, LearningRate = 0.1, Optimizer = new Sgd(), Seed = 3,
                DiscriminatorSteps = discriminatorSteps, SpectralNormalization = normalized,
            });

        NetworkWeights start = NetworkWeights.Initialize(Combined(networks), 3);
        NetworkWeights generator = Part(start, "generator"), discriminator = Part(start, "discriminator");
        SpectralNormalization spectral = new(networks.Discriminator, new HashSet<string>(), 3);
        if (normalized)
            spectral.Begin(discriminator);
        TrainingSessionOptions options = new(4, null, new Sgd(), 3) { InputGradients = true };
        using ITrainingSession makes = Engine.CreateTrainingSession(networks.Generator, generator, options);
        using ITrainingSession tells = Engine.CreateTrainingSession(networks.Discriminator, discriminator, options);
        float[] made = new float[12], logits = new float[4], gradients = new float[tells.GradientLength], sum = new float[tells.GradientLength];
        double told = 0;
        for (int i = 0; i < discriminatorSteps; i++)
        {
            SplitMix64 random = new(3, 0, 0, i);
            makes.Forward([.. Enumerable.Range(0, 8).Select(_ => (float)random.NextNormal())], 4, made);
            Array.Clear(sum);
            told = Tell(examples, real: true) + Tell(made, real: false);
            if (normalized)
                spectral.Project(discriminator, sum);
            tells.WriteGradients(sum);
            tells.Update(0.1);
            tells.ReadWeights(discriminator);
            if (!normalized)
                continue;
            spectral.Normalize(discriminator);
            tells.WriteWeights(discriminator);
        }
        tells.Forward(made, 4, logits);
        double fooled = logits.Average(logit => Math.Log(1 + Math.Exp(-logit)));
        float[] slopes = new float[12];
        tells.Backward([.. logits.Select(logit => (float)(-1 / (1 + Math.Exp(logit)) / 4))], slopes);
        makes.Backward(slopes);
        makes.Update(0.1);
        makes.ReadWeights(generator);
        tells.ReadWeights(discriminator);

        Assert.Equal((fooled, told), (result.History[0].Loss, result.History[0].DiscriminatorLoss!.Value), Near);
        Assert.All(generator, pair => Assert.Equal(pair.Value.Values, result.Generator.Weights[pair.Key].Values, (a, b) => Math.Abs(a - b) < 1e-6));
        Assert.All(discriminator, pair => Assert.Equal(pair.Value.Values, result.Discriminator.Weights[pair.Key].Values, (a, b) => Math.Abs(a - b) < 1e-6));

        double Tell(float[] rows, bool real)
        {
            tells.Forward(rows, 4, logits);
            double[] shares = [.. weights.Select(weight => real ? weight / weights.Sum() : 0.25)];
            tells.Backward([.. logits.Zip(shares, (logit, share) => (float)((1 / (1 + Math.Exp(-logit)) - (real ? 1 : 0)) * share))]);
            tells.ReadGradients(gradients);
            for (int i = 0; i < sum.Length; i++)
                sum[i] += gradients[i];
            return logits.Zip(shares, (logit, share) => share * Math.Log(1 + Math.Exp(real ? -logit : logit))).Sum();
        }

        static bool Near((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-6 && Math.Abs(a.Item2 - b.Item2) < 1e-6;
    }

    /// <summary>Logits of real examples and of made ones, beyond the margin of the hinge and within.</summary>
    [Fact]
    public void Losses_are_those_of_the_papers()
    {
        float[] logits = [0.5f, 2, -0.3f, -1.5f], real = [1, 1, 0, 0], slopes = new float[4];
        AdversarialLoss hinge = new(AdversarialObjective.Hinge, 0);
        (double sum, double weight) = hinge.Accumulate(new OutputBatch<float>(new(1), logits, real, [1, 1, 2, 1], slopes));
        Assert.Equal((0.5 + 2 * 0.7, 5), (sum, weight), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-6 && a.Item2 == b.Item2);
        Assert.Equal([-1, 0, 2, 0], slopes);
        Assert.Equal(-logits.Average(), hinge.OfGenerator(logits, slopes), 1e-6);
        Assert.Equal([-0.25f, -0.25f, -0.25f, -0.25f], slopes);

        AdversarialLoss smoothed = new(AdversarialObjective.NonSaturating, 0.1);
        (sum, _) = smoothed.Accumulate(new OutputBatch<float>(new(1), logits, real, [], slopes));
        Assert.Equal(logits.Zip([0.9, 0.9, 0, 0], Entropy).Sum(), sum, 1e-6);
        Assert.All(slopes.Zip(logits.Zip([0.9, 0.9, 0, 0], Slope)), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        // The generator's target is 1, unsmoothed.
        Assert.Equal(logits.Average(logit => Entropy(logit, 1)), smoothed.OfGenerator(logits, slopes), 1e-6);
        Assert.All(slopes.Zip(logits), pair => Assert.Equal(Slope(pair.Second, 1) / 4, pair.First, 1e-6));

        static double Entropy(float logit, double target) =>
            target * Math.Log(1 + Math.Exp(-logit)) + (1 - target) * Math.Log(1 + Math.Exp(logit));

        static double Slope(float logit, double target) => 1 / (1 + Math.Exp(-logit)) - target;
    }

    [Theory]
    [InlineData("generator")]
    [InlineData("discriminator")]
    public void What_is_frozen_stays(string frozen)
    {
        AdversarialNetworks networks = AdversarialContract.Pairs.Last().Networks;
        AdversarialResult result = AdversarialTrainer.Fit(
            networks, Engine, AdversarialContract.Data, new() { Epochs = 1, Seed = 3, Frozen = [frozen] });
        NetworkWeights start = NetworkWeights.Initialize(networks.Definition, 3);
        foreach ((string name, NetworkModel model) in new[] { ("generator", result.Generator), ("discriminator", result.Discriminator) })
        {
            Assert.Equal(name == frozen, model.Weights.All(pair =>
                pair.Value.Values.AsSpan().SequenceEqual(start[$"{name}.{pair.Key}"].Values)));
        }
    }

    /// <summary>A rate of next to nothing leaves both where they were set to start, of which the average is the same.</summary>
    [Fact]
    public void A_pair_starts_where_it_is_told()
    {
        AdversarialNetworks networks = AdversarialContract.Pairs.First().Networks;
        NetworkWeights generator = NetworkWeights.Initialize(networks.Generator, 11), discriminator = NetworkWeights.Initialize(networks.Discriminator, 12);
        AdversarialOptions options = new() { Epochs = 1, BatchSize = 70, LearningRate = 1e-30, Optimizer = new Sgd(), Seed = 3 };
        AdversarialResult both = Fit(generator, discriminator), one = Fit(null, discriminator);
        Assert.Equal(generator["project.0.weight"].Values, both.Generator.Weights["project.0.weight"].Values);
        Assert.NotEqual(generator["project.0.weight"].Values, one.Generator.Weights["project.0.weight"].Values);
        foreach (AdversarialResult result in new[] { both, one })
        {
            Assert.All(networks.Discriminator.Parameters.Where(spec => spec.Role == ParameterRole.Trainable), spec =>
                Assert.Equal(
                    discriminator[spec.Name].Values, result.Discriminator.Weights[spec.Name].Values, (a, b) => Math.Abs(a - b) < 1e-20));
        }

        AdversarialResult Fit(NetworkWeights? generator, NetworkWeights? discriminator) =>
            AdversarialTrainer.Fit(networks, Engine, AdversarialContract.Data, options, generator, discriminator);
    }

    /// <summary>What is projected is the gradient by the matrix of a function of the matrix over its spectral norm.</summary>
    [Fact]
    public void Gradients_pass_through_the_spectral_norm()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(3), n => n.Linear(4, bias: false));
        NetworkWeights weights = NetworkWeights.Initialize(network, 5);
        SpectralNormalization spectral = new(network, new HashSet<string>(), seed: 1);
        spectral.Begin(weights);
        float[] matrix = weights["0.weight"].Values, outer = Managed.SessionFactory.Normal(7, 12), gradient = [.. outer];
        spectral.Project(weights, gradient);
        for (int i = 0; i < matrix.Length; i++)
        {
            float value = matrix[i];
            double slope = (At(value + 0.01f) - At(value - 0.01f)) / 0.02;
            matrix[i] = value;
            Assert.Equal(slope, gradient[i], 0.01);

            double At(float changed)
            {
                matrix[i] = changed;
                double norm = AdversarialContract.SpectralNorm(weights["0.weight"]);
                return outer.Zip(matrix, (a, b) => (double)a * b).Sum() / norm;
            }
        }
    }

    /// <summary>The examples of a class are what the generator makes when asked for it.</summary>
    [Fact]
    public void A_conditional_pair_makes_what_it_is_asked_for()
    {
        AdversarialNetworks networks = DcGan.Create(new(1, 4, 8), 6, 8, classes: 3);
        AdversarialResult result = AdversarialTrainer.Fit(
            networks, Engine, AdversarialContract.Data,
            new()
            {
                Epochs = 150, BatchSize = 35, LearningRate = 2e-3, Optimizer = new Adam(Beta1: 0.5), Seed = 1, AverageDecay = 0.98,
            });
        SplitMix64 random = new(8);
        using IInferenceSession session = Engine.CreateInferenceSession(result.Generator, 30);
        float[] inputs = new float[30 * 9], images = new float[30 * 32];
        for (int row = 0; row < 30; row++)
        {
            for (int i = 0; i < 6; i++)
                inputs[row * 9 + i] = (float)random.NextNormal();
            inputs[row * 9 + 6 + row % 3] = 1;
        }
        session.Run(inputs, 30, images);
        int right = Enumerable.Range(0, 30).Count(row => Brightest(images.AsSpan(row * 32, 32)) == 2 * (row % 3));
        Assert.InRange(right, 28, 30);

        static int Brightest(ReadOnlySpan<float> image)
        {
            float[] columns = new float[8];
            for (int i = 0; i < image.Length; i++)
                columns[i % 8] += image[i];
            return Array.IndexOf(columns, columns.Max());
        }
    }

    [Fact]
    public void Mistakes_are_named()
    {
        AdversarialNetworks plain = DcGan.Create(new(1, 4, 8), 6, 4), conditional = DcGan.Create(new(1, 4, 8), 6, 4, classes: 2);
        TrainingData data = AdversarialContract.Data;
        Fails("makes [1×4×8] but the discriminator takes [1×8×8]", () => new AdversarialNetworks(plain.Generator, DcGan.Discriminator(new(1, 8, 8))));
        Fails("both take one", () => new AdversarialNetworks(plain.Generator, conditional.Discriminator));
        Fails("knows 2 classes but the discriminator 3", () => new AdversarialNetworks(conditional.Generator, DcGan.Discriminator(new(1, 4, 8), 4, 3)));
        Fails("one logit", () => new AdversarialNetworks(plain.Generator, Autoencoder.Create(new(1, 4, 8), 2)));
        Fails("ends in Sigmoid ('last'), but its loss takes a logit", () => new AdversarialNetworks(
            plain.Generator, NetworkDefinition.Build(new(1, 4, 8), layers => layers.Flatten().Linear(1).Sigmoid("last"))));
        Fails("which an adversarial pair can't", () => AdversarialTrainer.Fit(plain, Engine, data, new() { Callbacks = [new TrainingDiagnostics()] }));
        Fails("multiples of 4", () => DcGan.Create(new(1, 30, 32)));
        Fails("have shape [2] but", () => AdversarialTrainer.Fit(plain, Engine, TrainingSets.Numbered(9), new()));
        Fails("Every training example has weight 0", () => AdversarialTrainer.Fit(
            plain, Engine, new InMemoryTrainingData<float>(new(1, 4, 8), new float[64], new float[2], new float[2]), new()));
        Fails("target 2 of example 2 is no class from 0 to 1", () => AdversarialTrainer.Fit(conditional, Engine, data, new()));
        Fails("leave Loss and EarlyStopping out", () => AdversarialTrainer.Fit(plain, Engine, data, new() { EarlyStopping = new() }));
        Fails("LabelSmoothing", () => AdversarialTrainer.Fit(plain, Engine, data, new() { LabelSmoothing = 1 }));
        Fails("no targets to smooth", () => AdversarialTrainer.Fit(plain, Engine, data, new() { LabelSmoothing = 0.1, Objective = AdversarialObjective.Hinge }));
        Fails("DiscriminatorSteps", () => AdversarialTrainer.Fit(plain, Engine, data, new() { DiscriminatorSteps = 0 }));
        Fails("Frozen names 'x'", () => AdversarialTrainer.Fit(plain, Engine, data, new() { Frozen = ["x"] }));
        TrainingDivergedException diverged = Assert.Throws<TrainingDivergedException>(() => AdversarialTrainer.Fit(
            plain, Engine, data, new() { LearningRate = 1e30, Optimizer = new Sgd(), Epochs = 3 }));
        Assert.Contains("epoch", diverged.Message);

        static void Fails(string message, Action act) => Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(act).Message);
    }

    /// <summary>The losses of a pair don't tell which epoch is the best.</summary>
    [Fact]
    public void A_cancelled_run_has_the_weights_of_its_last_epoch()
    {
        (AdversarialNetworks networks, AdversarialOptions options) = AdversarialContract.Pairs.First();
        for (int epochs = 1; epochs <= 6; epochs++)
        {
            AdversarialResult whole = AdversarialTrainer.Fit(networks, Engine, AdversarialContract.Data, options with { Epochs = epochs });
            using CancellationTokenSource source = new();
            AdversarialResult cancelled = AdversarialTrainer.Fit(
                networks, Engine, AdversarialContract.Data,
                options with { Epochs = 9, KeepResultWhenCanceled = true, Callbacks = [new Hook { OnEpochEnd = run => Cancel(run.Epoch) }] },
                cancellation: source.Token);
            Assert.Equal(StopReason.Canceled, cancelled.StopReason);
            AdversarialContract.Equal(whole, cancelled);

            void Cancel(int epoch)
            {
                if (epoch == epochs)
                    source.Cancel();
            }
        }
    }

    [Fact]
    public void The_loss_of_the_discriminator_is_a_metric_of_the_history()
    {
        (AdversarialNetworks networks, AdversarialOptions options) = AdversarialContract.Pairs.First();
        TrainingHistory history = AdversarialTrainer.Fit(networks, Engine, AdversarialContract.Data, options).History;
        Assert.All(history, epoch => Assert.Equal(epoch.DiscriminatorLoss, epoch.Metrics["discriminator loss"]));
        Assert.StartsWith("epoch,loss,discriminator loss,", history.ToCsv());
        Assert.Equal(history[2].DiscriminatorLoss, TrainingHistory.FromJson(history.ToJson())[2].DiscriminatorLoss);
    }

    /// <summary>Gradient descent says by how much the weights moved which gradients they were.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0.01)]
    public void Callbacks_see_the_gradients_that_both_learned_by(double? clipNorm)
    {
        AdversarialNetworks networks = new(
            NetworkDefinition.Build(new(2), n => n.Linear(5).Tanh().Linear(32).Reshape(new(1, 4, 8))),
            NetworkDefinition.Build(new(1, 4, 8), n => n.Flatten().Linear(6).LeakyReLU(0.2).Linear(1)));
        NetworkWeights? before = null;
        int steps = 0;
        AdversarialTrainer.Fit(networks, Engine, AdversarialContract.Data, new()
        {
            Epochs = 1, BatchSize = 35, LearningRate = 0.5, Optimizer = new Sgd(), GradientClipNorm = clipNorm,
            Callbacks = [new Hook { OnBatchBegin = run => before = run.ReadWeights(), OnBatchEnd = Compare }],
        });
        Assert.Equal(2, steps);

        void Compare(ITrainingRun run)
        {
            steps++;
            NetworkWeights gradients = run.ReadGradients(), after = run.ReadWeights();
            foreach ((string name, WeightTensor tensor) in before!)
            {
                for (int i = 0; i < tensor.Values.Length; i++)
                    Assert.Equal(tensor.Values[i] - 0.5f * gradients[name].Values[i], after[name].Values[i], 1e-6f);
            }
        }
    }

    private sealed record Hook : TrainingCallback
    {
        public Action<ITrainingRun>? OnBatchBegin { get; init; }

        public Action<ITrainingRun>? OnBatchEnd { get; init; }

        public Action<ITrainingRun>? OnEpochEnd { get; init; }

        public override RunningCallback Start(ITrainingRun run) => new Running(this);

        private sealed class Running(Hook hook) : RunningCallback
        {
            public override void OnBatchBegin(ITrainingRun run) => hook.OnBatchBegin?.Invoke(run);

            public override void OnBatchEnd(ITrainingRun run) => hook.OnBatchEnd?.Invoke(run);

            public override void OnEpochEnd(ITrainingRun run, EpochRecord epoch) => hook.OnEpochEnd?.Invoke(run);
        }
    }

    private static NetworkDefinition Combined(AdversarialNetworks networks) => networks.Definition;

    private static NetworkWeights Part(NetworkWeights weights, string name) => AdversarialNetworks.Part(weights, name).Clone();
}
