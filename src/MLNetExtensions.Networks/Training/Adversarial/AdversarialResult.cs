namespace MLNetExtensions.Networks.Training;

/// <summary>What the training of an adversarial pair gave.</summary>
/// <param name="Generator">From latent values (and a class) to examples; the moving average where there is one.</param>
/// <param name="Discriminator">From examples (and a class) to logits.</param>
/// <param name="History">Every epoch; <see cref="EpochRecord.Loss"/> is the generator's,
/// <see cref="EpochRecord.DiscriminatorLoss"/> the discriminator's.</param>
/// <param name="StopReason">Why the run ended.</param>
public sealed record AdversarialResult(
    NetworkModel Generator, NetworkModel Discriminator, TrainingHistory History, StopReason StopReason);
