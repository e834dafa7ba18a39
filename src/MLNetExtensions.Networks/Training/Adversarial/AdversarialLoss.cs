using System.Numerics;

namespace MLNetExtensions.Networks.Training;

/// <summary>What the networks of an adversarial pair minimise.</summary>
public enum AdversarialObjective
{
    /// <summary>The discriminator minimises the binary cross-entropy of real and made examples, the generator that of made
    /// examples as real ones (Goodfellow et al., 2014, section 3).</summary>
    NonSaturating,

    /// <summary>The discriminator minimises max(0, 1 − x) on real and max(0, 1 + x) on made examples, the generator −x on made
    /// ones (Lim and Ye, "Geometric GAN", 2017; Miyato et al., 2018).</summary>
    Hinge,
}

/// <summary>The discriminator's loss, by logits and targets (1 for real, 0 for made), and the generator's.</summary>
/// <param name="Objective">What is minimised.</param>
/// <param name="LabelSmoothing">What the targets of real examples are below 1.</param>
internal sealed record AdversarialLoss(AdversarialObjective Objective, double LabelSmoothing) : Loss
{
    /// <summary>What it is called beside the generator's in a history.</summary>
    public const string MetricName = "discriminator loss";

    public override int TargetSize(RowLayout outputs) => 1;

    public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
    {
        (double sum, double totalWeight) = (0, 0);
        for (int example = 0; example < batch.Count; example++)
        {
            double weight = batch.Weight(example);
            bool isReal = batch.Targets(example)[0] > 0;
            double logit = double.CreateTruncating(batch.Outputs(example)[0]);
            (double loss, double slope) = Objective == AdversarialObjective.Hinge
                ? Hinge(isReal ? logit : -logit, isReal ? -1 : 1)
                : CrossEntropy(logit, isReal ? 1 - LabelSmoothing : 0);
            sum += weight * loss;
            totalWeight += weight;
            if (batch.NeedsGradient)
                batch.Gradient(example)[0] = T.CreateTruncating(weight * slope);
        }
        return (sum, totalWeight);
    }

    /// <summary>The generator's mean loss, by the discriminator's logits of what it made.</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="gradient">Receives the gradient of the mean.</param>
    public double OfGenerator(ReadOnlySpan<float> logits, Span<float> gradient)
    {
        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            (double loss, double slope) = Objective == AdversarialObjective.Hinge ? (-logits[i], -1) : CrossEntropy(logits[i], 1);
            sum += loss;
            gradient[i] = (float)(slope / logits.Length);
        }
        return sum / logits.Length;
    }

    private static (double Loss, double Slope) Hinge(double margin, double slope) => margin < 1 ? (1 - margin, slope) : (0, 0);

    private static (double Loss, double Slope) CrossEntropy(double logit, double target) =>
        (BinaryCrossEntropyLoss.OfLogit(logit, target, positiveWeight: 1, out double slope), slope);
}
