using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Tests.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class AutoencoderTests
{
    private static readonly TensorShape Image = new(1, 8, 12);

    [Fact]
    public void Variational_ones_give_reconstruction_mean_and_log_variance()
    {
        NetworkDefinition dense = VariationalAutoencoder.Create(Image, 5, [40, 20]);
        NetworkDefinition convolutional = VariationalAutoencoder.CreateConvolutional(Image, 5, 4);
        foreach (NetworkDefinition network in new[] { dense, convolutional })
        {
            Assert.Equal(["reconstruction", "mean", "log_variance"], network.Outputs.Select(output => output.Name));
            Assert.Equal(Image, network.ShapeOf(network.Outputs[0].Node));
            Assert.Equal([5, 5], network.Outputs[1..].Select(output => network.ShapeOf(output.Node).Size));
        }
        Assert.Equal(
            ["encoder.0", "encoder.2", "mean", "log_variance", "decoder.0", "decoder.2", "decoder.4"],
            dense.Nodes.Where(node => node.Layer is Linear).Select(node => node.Name));
        Assert.Contains("multiples of 4", Assert.Throws<ArgumentException>(
            () => VariationalAutoencoder.CreateConvolutional(new(1, 8, 10), 5)).Message);
    }

    [Fact]
    public void Scoring_takes_the_mean_for_the_code()
    {
        NetworkModel model = Initialized(VariationalAutoencoder.Create(Image, 5, [20]));
        float[] features = SessionFactory.Normal(1, 3 * Image.Size);
        float[] codes = Run(model.CutAt("mean"), features, 3);
        Assert.Equal(codes, Run(model.CutAt("code"), features, 3));
        Assert.Equal(Run(model.WithOutputs("reconstruction"), features, 3), Run(VariationalAutoencoder.Decoder(model), codes, 3));
    }

    [Fact]
    public void An_autoencoder_is_its_encoder_and_its_decoder()
    {
        NetworkModel model = Initialized(Autoencoder.CreateConvolutional(Image, 6, 4));
        Assert.Equal(Image, model.Definition.OutputShape);
        float[] features = SessionFactory.Normal(1, 2 * Image.Size);
        float[] whole = Run(model, features, 2), parts = Run(model.CutFrom("code"), Run(model.CutAt("code"), features, 2), 2);
        Assert.All(whole.Zip(parts), values => Assert.Equal(values.First, values.Second, 1e-6f));
        Assert.Equal(
            ["flatten", "encoder.0", "encoder.1", "code", "decoder.0", "decoder.1", "decoder.2", "decoder.3"],
            Autoencoder.Create(Image, 6, [30]).Nodes.Select(node => node.Name));
        Assert.Contains("no layer 'latent'; it has encoder.0", Assert.Throws<ArgumentException>(() => model.CutFrom("latent")).Message);
    }

    [Fact]
    public void What_needs_more_than_the_layer_cannot_be_cut_from_it()
    {
        NetworkModel model = Initialized(NetworkDefinition.Build(new(4), b => b.Linear(4, name: "a").Residual(c => c.Linear(4, name: "b"))));
        Assert.Equal(4, model.CutFrom("a").Definition.OutputShape.Size);
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => model.CutFrom("b")).Message);
    }

    [Fact]
    public void The_bound_is_the_closed_form_of_the_paper()
    {
        RowLayout layout = new(("reconstruction", new(2)), ("mean", new(1)), ("log_variance", new(1)));
        float[] outputs = [0.5f, -2, 0.3f, -0.7f], targets = [1, 0.25f];
        double divergence = 0.5 * (0.3f * 0.3f + Math.Exp(-0.7f) - 1 + 0.7f);
        double bernoulli = Math.Log(1 + Math.Exp(-0.5)) + 0.25 * Math.Log(1 + Math.Exp(2)) + 0.75 * Math.Log(1 + Math.Exp(-2));
        double gaussian = 0.5 * (0.25 + 2.25 * 2.25) + Math.Log(2 * Math.PI);
        Assert.Equal(bernoulli + divergence, Loss(new()), 1e-6);
        Assert.Equal(bernoulli + 4 * divergence, Loss(new(4)), 1e-6);
        Assert.Equal(gaussian, Loss(new(0, ReconstructionLikelihood.Gaussian)), 1e-6);

        double Loss(EvidenceLowerBoundLoss loss) => loss.Accumulate(new OutputBatch<float>(layout, outputs, targets)).Sum;
    }

    [Theory]
    [InlineData(1, ReconstructionLikelihood.Bernoulli)]
    [InlineData(2.5, ReconstructionLikelihood.Gaussian)]
    public void The_gradient_is_the_slope_of_the_bound(double beta, ReconstructionLikelihood likelihood)
    {
        const int Rows = 4, Values = 3, Codes = 2, Width = Values + 2 * Codes;
        EvidenceLowerBoundLoss loss = new(beta, likelihood);
        RowLayout layout = new(("reconstruction", new(Values)), ("mean", new(Codes)), ("log_variance", new(Codes)));
        Random random = new(3);
        double[] outputs = [.. Enumerable.Range(0, Rows * Width).Select(_ => 4 * random.NextDouble() - 2)], gradient = new double[Rows * Width];
        float[] targets = [.. Enumerable.Range(0, Rows * Values).Select(_ => random.NextSingle())], weights = [1, 0, 2, 0.5f];
        Assert.Equal(3.5, loss.Accumulate(new OutputBatch<double>(layout, outputs, targets, weights, gradient)).Weight);
        for (int i = 0; i < outputs.Length; i++)
        {
            const double Step = 1e-5;
            double value = outputs[i], above = At(value + Step), below = At(value - Step);
            At(value);
            Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-7);

            double At(double changed)
            {
                outputs[i] = changed;
                return loss.Accumulate(new OutputBatch<double>(layout, outputs, targets, weights)).Sum;
            }
        }
    }

    [Fact]
    public void Training_lowers_the_bound_and_the_estimate_agrees_with_the_loss()
    {
        TrainingData data = Bars(512);
        ManagedEngine engine = new();
        NetworkDefinition network = VariationalAutoencoder.Create(data.FeatureShape, 4, [32]);
        TrainingResult result = NetworkTrainer.Fit(
            network, engine, data.WithFeaturesAsTargets(), null,
            new() { Loss = new EvidenceLowerBoundLoss(), Epochs = 30, BatchSize = 32, LearningRate = 5e-3, Seed = 1 });
        double first = result.History[0].Loss, last = result.History[^1].Loss;
        double bound = EvidenceLowerBound.Negative(result.Model, engine, data, samples: 8);
        // Eight images, equally likely: no model of them is better than ln 8 nats.
        Assert.InRange(bound, Math.Log(8), 0.5 * first);
        Assert.Equal(last, bound, 0.1 * last);
        Assert.Equal(bound, EvidenceLowerBound.Negative(result.Model, engine, data, samples: 8));
        Assert.Equal("reconstruction error", result.History.MetricName);
    }

    /// <summary>Images 4×4 with one of four rows or columns lit.</summary>
    private static TrainingData Bars(int count)
    {
        float[] pixels = new float[16 * count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < 4; j++)
                pixels[16 * i + (i % 8 < 4 ? 4 * (i % 4) + j : 4 * j + i % 4)] = 1;
        }
        return new InMemoryTrainingData<float>(new(1, 4, 4), pixels, new float[count]);
    }

    private static NetworkModel Initialized(NetworkDefinition network) => new(network, NetworkWeights.Initialize(network, 4));

    private static float[] Run(NetworkModel model, float[] features, int count)
    {
        using IInferenceSession session = new ManagedEngine().CreateInferenceSession(model, count);
        float[] outputs = new float[count * model.Definition.OutputLayout.Size];
        session.Run(features, count, outputs);
        return outputs;
    }
}
