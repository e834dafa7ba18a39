using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class MixingTests
{
    private static readonly TensorShape Shape = new(2, 8, 6);

    private static readonly float[] Zeros = new float[96], Ones = [.. Enumerable.Repeat(1f, 96)];

    public static TheoryData<ExampleMixing> Invalid =>
        [new Mixup(0), new Mixup(double.NaN), new Mixup(Probability: 1.5), new CutMix(-1), new CutMix(Probability: -0.1)];

    [Fact]
    public void Mixup_takes_the_share_of_each_pixel_that_it_takes_of_the_target()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            (float[] mixed, double share) = Mix(new Mixup(0.5), seed);
            Assert.InRange(share, 0, 1);
            Assert.All(mixed, pixel => Assert.Equal(1 - share, pixel, 1e-6));
        }
    }

    [Fact]
    public void CutMix_replaces_a_rectangle_in_all_channels_and_its_share_is_that_of_the_pixels()
    {
        double[] shares = [.. Enumerable.Range(0, 500).Select(seed =>
        {
            (float[] mixed, double share) = Mix(new CutMix(), seed);
            Assert.Equal(mixed[..48], mixed[48..]);
            Assert.Equal(1 - share, mixed.Average(), 1e-6);
            int[] rows = [.. Enumerable.Range(0, 8).Where(row => mixed[(row * 6)..(row * 6 + 6)].Contains(1))];
            int[] columns = [.. Enumerable.Range(0, 6).Where(column => Enumerable.Range(0, 8).Any(row => mixed[row * 6 + column] == 1))];
            Assert.All(rows, row => Assert.All(columns, column => Assert.Equal(1, mixed[row * 6 + column])));
            Assert.True(rows.Length == 0 || rows[^1] - rows[0] == rows.Length - 1);
            Assert.True(columns.Length == 0 || columns[^1] - columns[0] == columns.Length - 1);
            return share;
        })];
        Assert.Contains(shares, share => share < 0.3);
        Assert.Contains(shares, share => share > 0.95);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(5)]
    public void Shares_follow_the_beta_distribution(double alpha)
    {
        double[] shares = [.. Enumerable.Range(0, 20_000).Select(seed => Mix(new Mixup(alpha), seed).Share)];
        double variance = 1 / (4 * (2 * alpha + 1));
        Assert.Equal(0.5, shares.Average(), 5 * Math.Sqrt(variance / shares.Length));
        Assert.Equal(variance, shares.Average(share => (share - 0.5) * (share - 0.5)), 0.03 * variance + 0.002);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Invalid_parameters_are_refused(ExampleMixing mixing) => Assert.Throws<ArgumentException>(() => mixing.Check(Shape));

    [Fact]
    public void Rows_of_a_table_can_be_mixed_but_not_cut()
    {
        new Mixup().Check(new(8));
        Assert.Contains("CutMix needs images", Assert.Throws<ArgumentException>(() => new CutMix().Check(new(8))).Message);
    }

    [Fact]
    public void Ids_can_not_be_mixed()
    {
        InMemoryTrainingData<float> data = new(new(4), [1, 2, 0, 0, 3, 1, 2, 0], [0, 1]);
        TrainingOptions options = new() { Loss = new CrossEntropyLoss(), Mixing = [new Mixup()] };
        Assert.Contains("the network's input 'text' takes ids", Assert.Throws<ArgumentException>(() => NetworkTrainer.Fit(
            TextCnn.Create(4, 4, 2), ManagedEngine.Default, data, null, options)).Message);
    }

    /// <summary>The step is that of one example with a soft label, each part with the weight of the example and of the class that it
    /// comes from.</summary>
    [Fact]
    public void Mixed_targets_are_soft_labels()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(3), b => b.Linear(4));
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        float[] features = [0.5f, -1, 2, 1, 0.25f, -0.5f], own = [0, 2], other = [3, 2];
        float[] ownWeights = [0.7f, 0.5f * 2], otherWeights = [0.3f * 3, 0.5f];
        float[] classWeights = [1, 2, 0.5f, 4];

        float[] mixed = Gradients(new CrossEntropyLoss([.. classWeights]), new(2, features, own, ownWeights)
        {
            OtherTargets = other, OtherWeights = otherWeights,
        }, out double loss);
        float[] soft = new float[8];
        for (int row = 0; row < 2; row++)
        {
            soft[row * 4 + (int)own[row]] += ownWeights[row] * classWeights[(int)own[row]];
            soft[row * 4 + (int)other[row]] += otherWeights[row] * classWeights[(int)other[row]];
        }
        float[] expected = Gradients(new SoftCrossEntropyLoss(), new(2, features, soft), out double expectedLoss);
        Assert.Equal(expectedLoss, loss, 1e-6);
        Assert.All(expected.Zip(mixed), pair => Assert.Equal(pair.First, pair.Second, 1e-6));

        float[] Gradients(Loss loss, in TrainingBatch batch, out double mean)
        {
            using ITrainingSession session =
                ManagedEngine.Default.CreateTrainingSession(network, weights, new(2, loss, new Sgd(), Seed: 1));
            mean = session.ComputeGradients(batch);
            float[] gradients = new float[session.GradientLength];
            session.ReadGradients(gradients);
            return gradients;
        }
    }

    [Fact]
    public void A_batch_is_mixed_with_itself_and_keeps_its_weight()
    {
        float[] targets = [.. Enumerable.Range(0, 40).Select(i => (float)i)], weights = [.. targets.Select(target => 1 + target % 3)];
        float[] pixels = [.. targets.SelectMany(target => Enumerable.Repeat(target, 96))];
        InMemoryTrainingData<float> data = new(Shape, pixels, targets, weights);
        TrainingOptions options = new() { Loss = new L1Loss(), BatchSize = 8, Seed = 3, Mixing = [new Mixup(1, Probability: 0.75)] };
        BatchSource source = new(data, options);
        BatchBuffer buffer = source.CreateBuffer();
        int whole = 0;
        for (int step = 0; step < source.Steps; step++)
        {
            source.Fill(buffer, 0, step);
            TrainingBatch batch = buffer.Batch;
            for (int i = 0; i < batch.Count; i++)
            {
                (float own, float other) = (batch.Targets[i], batch.OtherTargets[i]);
                double share = batch.Weights[i] / weights[(int)own];
                Assert.Contains(other, batch.Targets.ToArray());
                Assert.Equal(1 - share, batch.OtherWeights[i] / weights[(int)other], 1e-5);
                Assert.Equal(share * own + (1 - share) * other, batch.Features[i * 96], 1e-3);
                whole += share == 1 ? 1 : 0;
            }
        }
        // Binomial of 40 with 0.25, deviation 2.7.
        Assert.InRange(whole, 2, 20);
    }

    [Fact]
    public void Validation_is_not_mixed()
    {
        InMemoryTrainingData<float> data = new(new(2), [1, 0, 0, 1, 1, 0, 0, 1], [0, 1, 0, 1]);
        NetworkDefinition network = NetworkDefinition.Build(new(2), b => b.Linear(2));
        TrainingOptions options = new() { Loss = new CrossEntropyLoss(), Epochs = 1, BatchSize = 4, LearningRate = 1e-30, Optimizer = new Sgd() };
        EpochRecord plain = Fit(options), mixed = Fit(options with { Mixing = [new Mixup(1)] });
        Assert.Equal(plain.Loss, plain.ValidationLoss!.Value, 1e-6);
        Assert.Equal(plain.ValidationLoss, mixed.ValidationLoss);
        Assert.NotEqual(plain.Loss, mixed.Loss, 1e-4);

        EpochRecord Fit(TrainingOptions options) =>
            NetworkTrainer.Fit(network, ManagedEngine.Default, data, data, options).History[0];
    }

    private static (float[] Mixed, double Share) Mix(ExampleMixing mixing, int seed)
    {
        float[] example = [.. Zeros];
        SplitMix64 random = new(seed);
        double share = mixing.Mix(example, Ones, Shape, ref random);
        return (example, share);
    }

    /// <summary>Σ target[c]·(−log p[c]) over Σ target[c].</summary>
    private sealed record SoftCrossEntropyLoss : Loss
    {
        public override int TargetSize(RowLayout outputs) => outputs.Size;

        public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
        {
            (double sum, double total) = (0, 0);
            for (int row = 0; row < batch.Count; row++)
            {
                double[] logits = [.. batch.Outputs(row).ToArray().Select(double.CreateTruncating)];
                double logSumExp = Math.Log(logits.Sum(Math.Exp)), mass = batch.Targets(row).ToArray().Sum(target => (double)target);
                for (int i = 0; i < logits.Length; i++)
                {
                    sum += batch.Targets(row)[i] * (logSumExp - logits[i]);
                    if (batch.NeedsGradient)
                        batch.Gradient(row)[i] = T.CreateTruncating(mass * Math.Exp(logits[i] - logSumExp) - batch.Targets(row)[i]);
                }
                total += mass;
            }
            return (sum, total);
        }
    }
}
