using System.Numerics;
using MLNetExtensions.Networks.Architectures;

namespace MLNetExtensions.Networks.Training;

/// <summary>What the values that a variational autoencoder reconstructs are taken to be.</summary>
public enum ReconstructionLikelihood
{
    /// <summary>Probabilities in [0, 1], or 0 and 1; the reconstruction is logits.</summary>
    Bernoulli,

    /// <summary>Numbers with normal noise of variance 1; the reconstruction is their mean.</summary>
    Gaussian,
}

/// <summary>
/// The negative evidence lower bound of a <see cref="VariationalAutoencoder"/> in nats an example (Kingma and Welling, 2013,
/// equation 10): −log p(x|z), summed over the values of the example, and β times the divergence of N(mean, variance) from N(0,
/// 1), ½ Σ (mean² + variance − 1 − log variance). With a β above 1 the dimensions of the code come apart (Higgins et al.,
/// "β-VAE", 2017). The targets of an example are its values.
/// </summary>
/// <param name="Beta">How many times the divergence counts, at least 0.</param>
/// <param name="Likelihood">What the values are.</param>
public sealed record EvidenceLowerBoundLoss(
    double Beta = 1, ReconstructionLikelihood Likelihood = ReconstructionLikelihood.Bernoulli) : Loss
{
    /// <inheritdoc/>
    public override int TargetSize(RowLayout outputs)
    {
        if (!(Beta >= 0 && double.IsFinite(Beta)))
            throw new ArgumentException($"Beta must be at least 0, not {Beta}.");
        int codes = outputs.Of(VariationalAutoencoder.Mean).Size, variances = outputs.Of(VariationalAutoencoder.LogVariance).Size;
        return codes == variances
            ? outputs.Of(VariationalAutoencoder.Reconstruction).Size
            : throw new ArgumentException($"There are {codes} means but {variances} log variances.");
    }

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
    {
        OutputBatch<T> reconstruction = batch.Of(VariationalAutoencoder.Reconstruction);
        OutputBatch<T> mean = batch.Of(VariationalAutoencoder.Mean), logVariance = batch.Of(VariationalAutoencoder.LogVariance);
        (double sum, double totalWeight) = (0, 0);
        for (int example = 0; example < batch.Count; example++)
        {
            double weight = batch.Weight(example);
            double error = Reconstruct(
                reconstruction.Outputs(example), batch.Targets(example), weight, reconstruction.Gradient(example));
            double divergence = Diverge(
                mean.Outputs(example), logVariance.Outputs(example), weight * Beta, mean.Gradient(example),
                logVariance.Gradient(example));
            sum += weight * (error + Beta * divergence);
            totalWeight += weight;
        }
        return (sum, totalWeight);
    }

    /// <summary>−log p(x|z) of an example.</summary>
    private double Reconstruct<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<float> targets, double weight, Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double output = double.CreateTruncating(outputs[i]), target = targets[i], slope;
            if (Likelihood == ReconstructionLikelihood.Bernoulli)
            {
                sum += BinaryCrossEntropyLoss.OfLogit(output, target, positiveWeight: 1, out slope);
            }
            else
            {
                slope = output - target;
                sum += 0.5 * (slope * slope + Math.Log(2 * Math.PI));
            }
            if (!gradient.IsEmpty)
                gradient[i] = T.CreateTruncating(weight * slope);
        }
        return sum;
    }

    /// <summary>The divergence of an example's code from the standard normal distribution, and so many times its
    /// slopes.</summary>
    internal static double Diverge<T>(
        ReadOnlySpan<T> means, ReadOnlySpan<T> logVariances, double weight, Span<T> meanGradient, Span<T> logVarianceGradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int i = 0; i < means.Length; i++)
        {
            double mean = double.CreateTruncating(means[i]), logVariance = double.CreateTruncating(logVariances[i]);
            double variance = Math.Exp(logVariance);
            sum += 0.5 * (mean * mean + variance - 1 - logVariance);
            if (meanGradient.IsEmpty)
                continue;
            meanGradient[i] = T.CreateTruncating(weight * mean);
            logVarianceGradient[i] = T.CreateTruncating(weight * 0.5 * (variance - 1));
        }
        return sum;
    }
}
