using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>A generative adversarial network (Goodfellow et al., 2014) that learns to draw from a normal distribution: the
/// generator learns by the gradient that the discriminator has by its input.</summary>
internal static class GaussianGan
{
    public const double Mean = 3, Deviation = 0.6;

    private const int BatchSize = 128, Noise = 4;

    private static readonly NetworkDefinition Generator = NetworkDefinition.Build(new(Noise), n => n
        .Linear(16).LeakyReLU(0.2).Linear(16).LeakyReLU(0.2).Linear(1));

    private static readonly NetworkDefinition Discriminator = NetworkDefinition.Build(new(1), n => n
        .Linear(24).LeakyReLU(0.2).Linear(24).LeakyReLU(0.2).Linear(1));

    /// <summary>Mean and standard deviation of what the generator draws after so many rounds.</summary>
    public static (double Mean, double Deviation) Train(INetworkEngine engine, int rounds)
    {
        const double LearningRate = 1e-3;
        TrainingSessionOptions options = new(BatchSize, null, new Adam(Beta1: 0.5), Seed: 1) { InputGradients = true };
        using ITrainingSession generator = engine.CreateTrainingSession(
            Generator, NetworkWeights.Initialize(Generator, 1), options with { AverageDecay = 0.99 });
        using ITrainingSession discriminator =
            engine.CreateTrainingSession(Discriminator, NetworkWeights.Initialize(Discriminator, 2), options);
        Random random = new(3);
        float[] noise = new float[BatchSize * Noise], real = new float[BatchSize], fake = new float[BatchSize];
        float[] logits = new float[BatchSize], slopes = new float[BatchSize], bySample = new float[BatchSize];
        float[] ones = [.. Enumerable.Repeat(1f, BatchSize)], zeros = new float[BatchSize];
        float[] gradients = new float[discriminator.GradientLength], sum = new float[discriminator.GradientLength];
        RowLayout logit = new(1);
        BinaryCrossEntropyLoss loss = new();
        for (int round = 0; round < rounds; round++)
        {
            Draw(noise, 0, 1);
            Draw(real, Mean, Deviation);
            generator.Forward(noise, BatchSize, fake);

            // The discriminator learns from both; the gradients of two passes are added up.
            Judge(real, ones, part: 0);
            discriminator.ReadGradients(sum);
            Judge(fake, zeros, part: 1);
            discriminator.ReadGradients(gradients);
            for (int i = 0; i < sum.Length; i++)
                sum[i] += gradients[i];
            discriminator.WriteGradients(sum);
            Assert.True(discriminator.Update(LearningRate));

            // The generator learns what would have made the discriminator take its samples for real.
            Judge(fake, ones, part: 0);
            generator.Backward(bySample);
            Assert.True(generator.Update(LearningRate));
        }

        float[] drawn = new float[4096], many = new float[4096 * Noise];
        Draw(many, 0, 1);
        generator.Infer(many, drawn.Length, drawn);
        double mean = drawn.Average();
        return (mean, Math.Sqrt(drawn.Average(value => (value - mean) * (value - mean))));

        void Judge(float[] samples, float[] wanted, int part)
        {
            discriminator.Forward(samples, BatchSize, logits, part);
            loss.Accumulate(new OutputBatch<float>(logit, logits, wanted, [], slopes));
            for (int i = 0; i < slopes.Length; i++)
                slopes[i] /= BatchSize;
            discriminator.Backward(slopes, bySample);
        }

        void Draw(float[] values, double mean, double deviation)
        {
            new NormalInitializer(deviation).Fill(values, random);
            for (int i = 0; i < values.Length; i++)
                values[i] += (float)mean;
        }
    }
}
