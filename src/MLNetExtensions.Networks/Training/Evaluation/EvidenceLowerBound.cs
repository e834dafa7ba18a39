using MLNetExtensions.Networks.Architectures;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// What a <see cref="VariationalAutoencoder"/> is judged by. Scoring takes the mean for the code, which makes reconstructions
/// look better than the bound is; here codes are drawn, as the bound's definition has it.
/// </summary>
public static class EvidenceLowerBound
{
    private const int BatchSize = 256;

    /// <summary>The mean negative evidence lower bound of the examples, in nats an example.</summary>
    /// <param name="model">A trained variational autoencoder.</param>
    /// <param name="engine">What computes.</param>
    /// <param name="data">The examples; their features are what is reconstructed, whatever the targets.</param>
    /// <param name="likelihood">What the values are taken to be.</param>
    /// <param name="samples">The codes drawn for each example; the mean of their bounds is taken.</param>
    /// <param name="seed">One seed, one result.</param>
    public static double Negative(
        NetworkModel model,
        INetworkEngine engine,
        TrainingData data,
        ReconstructionLikelihood likelihood = ReconstructionLikelihood.Bernoulli,
        int samples = 1,
        int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        NetworkModel encoder = model.WithOutputs(VariationalAutoencoder.Mean, VariationalAutoencoder.LogVariance);
        NetworkModel decoder = VariationalAutoencoder.Decoder(model);
        EvidenceLowerBoundLoss loss = new(Likelihood: likelihood);
        RowLayout layout = new(
            (VariationalAutoencoder.Reconstruction, data.FeatureShape),
            (VariationalAutoencoder.Mean, decoder.Definition.InputShape),
            (VariationalAutoencoder.LogVariance, decoder.Definition.InputShape));
        (int size, int code) = ((int)data.FeatureShape.Size, decoder.Definition.InputLayout.Size);
        using IInferenceSession encode = engine.CreateInferenceSession(encoder, BatchSize);
        using IInferenceSession decode = engine.CreateInferenceSession(decoder, BatchSize);
        float[] features = new float[BatchSize * size], distributions = new float[BatchSize * 2 * code];
        float[] codes = new float[BatchSize * code], reconstructions = new float[BatchSize * size];
        float[] outputs = new float[BatchSize * layout.Size];
        SplitMix64 random = new(seed);
        double sum = 0;
        for (int start = 0; start < data.Count; start += BatchSize)
        {
            int count = Math.Min(BatchSize, data.Count - start);
            Span<float> examples = features.AsSpan(0, count * size);
            data.CopyFeatures([.. Enumerable.Range(start, count)], examples);
            encode.Run(examples, count, distributions.AsSpan(0, count * 2 * code));
            for (int sample = 0; sample < samples; sample++)
            {
                for (int row = 0; row < count; row++)
                {
                    ReadOnlySpan<float> distribution = distributions.AsSpan(row * 2 * code, 2 * code);
                    for (int i = 0; i < code; i++)
                        codes[row * code + i] = distribution[i]
                            + (float)(Math.Exp(0.5 * distribution[code + i]) * random.NextNormal());
                }
                decode.Run(codes.AsSpan(0, count * code), count, reconstructions.AsSpan(0, count * size));
                for (int row = 0; row < count; row++)
                {
                    Span<float> output = outputs.AsSpan(row * layout.Size, layout.Size);
                    reconstructions.AsSpan(row * size, size).CopyTo(output);
                    distributions.AsSpan(row * 2 * code, 2 * code).CopyTo(output[size..]);
                }
                sum += loss.Accumulate(new OutputBatch<float>(layout, outputs.AsSpan(0, count * layout.Size), examples)).Sum;
            }
        }
        return sum / samples / data.Count;
    }
}
