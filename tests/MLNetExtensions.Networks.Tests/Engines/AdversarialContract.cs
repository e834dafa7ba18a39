using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>What adversarial training does on every engine.</summary>
internal static class AdversarialContract
{
    private const int Classes = 3;

    private static readonly TensorShape Image = new(1, 4, 8);

    private static readonly AdversarialOptions Options = new()
    {
        Epochs = 3, BatchSize = 16, LearningRate = 2e-3, Optimizer = new Adam(Beta1: 0.5), Seed = 4, AverageDecay = 0.9,
        LabelSmoothing = 0.1,
    };

    /// <summary>Pairs of each kind, with options.</summary>
    public static IEnumerable<(AdversarialNetworks Networks, AdversarialOptions Options)> Pairs =>
    [
        (DcGan.Create(Image, 6, 4), Options),
        (DcGan.Create(Image, 6, 4, Classes), Options with { DiscriminatorSteps = 2, DiscriminatorOptimizer = new RmsProp() }),
        (DcGan.Create(Image, 6, 4, Classes, batchNorm: false), Options with
        {
            SpectralNormalization = true, Objective = AdversarialObjective.Hinge, LabelSmoothing = 0, GradientClipNorm = 5,
        }),
    ];

    /// <summary>Real examples: a bright column, where the class says.</summary>
    public static TrainingData Data { get; } = Columns(70);

    /// <summary>Two runs of one seed give one result, and another seed another one.</summary>
    public static void SeedsReproduce(INetworkEngine engine)
    {
        foreach ((AdversarialNetworks networks, AdversarialOptions options) in Pairs)
        {
            AdversarialResult first = AdversarialTrainer.Fit(networks, engine, Data, options);
            Equal(first, AdversarialTrainer.Fit(networks, engine, Data, options));
            AdversarialResult other = AdversarialTrainer.Fit(networks, engine, Data, options with { Seed = 5 });
            Assert.NotEqual(Values(first.Generator), Values(other.Generator));
            Assert.All(first.History, epoch => Assert.True(double.IsFinite(epoch.Loss) && double.IsFinite(epoch.DiscriminatorLoss!.Value)));
        }
    }

    /// <summary>A run that was stopped in mid-epoch and resumed ends with the bits of one that ran through.</summary>
    public static void ResumedRunsAreExact(INetworkEngine engine)
    {
        foreach ((AdversarialNetworks networks, AdversarialOptions options) in Pairs)
        {
            using TempFolder folder = new();
            AdversarialResult whole = AdversarialTrainer.Fit(networks, engine, Data, options);
            AdversarialOptions kept = options with { Checkpoints = new(folder.Path) };
            using CancellationTokenSource source = new();
            Interruption data = new(Data, batches: 8, source);
            Assert.Throws<OperationCanceledException>(
                () => AdversarialTrainer.Fit(networks, engine, data, kept, cancellation: source.Token));
            Assert.Single(TrainingCheckpoint.Load(Directory.GetFiles(folder.Path).Single()).History);
            AdversarialResult resumed = AdversarialTrainer.Fit(networks, engine, Data, kept);
            Equal(whole, resumed);
            Assert.Equal(
                whole.History.Select(epoch => (epoch.Loss, epoch.DiscriminatorLoss)),
                resumed.History.Select(epoch => (epoch.Loss, epoch.DiscriminatorLoss)));
            InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => AdversarialTrainer.Fit(
                networks, engine, Data, kept with { Epochs = 4, DiscriminatorSteps = 3 }));
            Assert.Contains("and 3 steps by", refused.Message);
        }
    }

    /// <summary>The spectral norms of the discriminator are 1, as far as one step of power iteration an update can follow.</summary>
    public static void NormsAreOne(INetworkEngine engine)
    {
        (AdversarialNetworks networks, AdversarialOptions options) = Pairs.Last();
        AdversarialResult result = AdversarialTrainer.Fit(networks, engine, Data, options with { Epochs = 12 });
        foreach ((string name, WeightTensor tensor) in result.Discriminator.Weights.Where(pair => pair.Value.Shape.Rank > 1))
            Assert.True(Math.Abs(SpectralNorm(tensor) - 1) < 0.1, $"{name}: {SpectralNorm(tensor)}");
    }

    public static void Equal(AdversarialResult expected, AdversarialResult actual)
    {
        Assert.Equal(Values(expected.Generator), Values(actual.Generator));
        Assert.Equal(Values(expected.Discriminator), Values(actual.Discriminator));
    }

    private static float[] Values(NetworkModel model) => [.. model.Weights.SelectMany(pair => pair.Value.Values)];

    /// <summary>The largest singular value, by power iteration on WᵀW.</summary>
    public static double SpectralNorm(WeightTensor tensor)
    {
        int rows = tensor.Shape[0], columns = tensor.Values.Length / rows;
        double[] vector = [.. Enumerable.Range(0, columns).Select(i => 1.0 + i % 3)];
        double norm = 0;
        for (int pass = 0; pass < 500; pass++)
        {
            double[] image = [.. Enumerable.Range(0, rows).Select(row =>
                Enumerable.Range(0, columns).Sum(column => tensor.Values[row * columns + column] * vector[column]))];
            vector = [.. Enumerable.Range(0, columns).Select(column =>
                Enumerable.Range(0, rows).Sum(row => tensor.Values[row * columns + column] * image[row]))];
            norm = Math.Sqrt(vector.Sum(value => value * value));
            vector = [.. vector.Select(value => value / norm)];
        }
        return Math.Sqrt(norm);
    }

    private static TrainingData Columns(int count)
    {
        float[] pixels = new float[count * Image.Size], classes = new float[count];
        Array.Fill(pixels, -0.9f);
        for (int i = 0; i < count; i++)
        {
            classes[i] = i % Classes;
            for (int row = 0; row < 4; row++)
                pixels[i * 32 + row * 8 + 2 * (i % Classes)] = 0.5f + 0.4f * ((i * 7 + row) % 5) / 5;
        }
        return new InMemoryTrainingData<float>(Image, pixels, classes);
    }

    /// <summary>Data that cancel the run when so many batches were read.</summary>
    private sealed class Interruption(TrainingData data, int batches, CancellationTokenSource source)
        : TrainingData(data.FeatureShape, [.. Enumerable.Range(0, data.Count).Select(row => data.Targets(row)[0])], null, 1)
    {
        private int _read;

        public override void CopyFeatures(ReadOnlySpan<int> rows, Span<float> features)
        {
            // The hash of the data for a checkpoint reads single rows.
            if (rows.Length > 1 && ++_read == batches)
                source.Cancel();
            data.CopyFeatures(rows, features);
        }
    }
}
