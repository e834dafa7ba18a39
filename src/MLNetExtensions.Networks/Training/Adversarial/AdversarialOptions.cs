namespace MLNetExtensions.Networks.Training;

/// <summary>How an adversarial pair is trained. Learning rate and schedule are those of both networks, and so is the optimiser
/// unless the discriminator has its own; the moving average is one of the generator (Yazıcı et al., "The Unusual Effectiveness of
/// Averaging in GAN Training", 2019). The loss is the pair's own, and nothing stops early: the losses of a pair don't tell how
/// good its examples are. Where a best epoch is asked for, after a cancellation for instance, it is the newest one.</summary>
public sealed record AdversarialOptions : TrainingOptions
{
    /// <summary>What both minimise.</summary>
    public AdversarialObjective Objective { get; set; }

    /// <summary>How far below 1 the targets of real examples are, in [0, 1): one-sided label smoothing (Salimans et al., 2016),
    /// which keeps the discriminator from certainty. For the non-saturating objective.</summary>
    public double LabelSmoothing { get; set; }

    /// <summary>The steps of the discriminator to one of the generator, at least 1; each on the same real examples and others
    /// that are made.</summary>
    public int DiscriminatorSteps { get; set; } = 1;

    /// <summary>How gradients change the discriminator's weights, at the learning rate of both; null for
    /// <see cref="TrainingOptions.Optimizer"/>.</summary>
    public Optimizer? DiscriminatorOptimizer { get; set; }

    /// <summary>Whether the weights of the discriminator are held at spectral norm 1, so that it can't become steep (Miyato et
    /// al., "Spectral Normalization for Generative Adversarial Networks", 2018).</summary>
    public bool SpectralNormalization { get; set; }

    internal override IEnumerable<KeyValuePair<string, string>> FurtherDecisions =>
    [
        new(
            "discriminator",
            $"{DiscriminatorSteps} steps by {DiscriminatorOptimizer ?? Optimizer}, spectral normalization {SpectralNormalization}"),
    ];
}
