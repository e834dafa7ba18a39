using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks.Training;

/// <summary>What happened in one epoch.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Loss">The weighted mean training loss of the examples, as it was while the epoch ran (dropout and augmentation
/// included); NaN where none had a weight, as may be where <see cref="TrainingOptions.DropLast"/> leaves the others out.</param>
/// <param name="ValidationLoss">The weighted mean loss of the validation set after the epoch; null without one, or where no
/// example of it has a weight in the loss.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step.</param>
/// <param name="Seconds">The time of the epoch, validation included.</param>
/// <param name="ExamplesPerSecond">Training examples over the time of their steps.</param>
public sealed record EpochRecord(
    int Epoch,
    double Loss,
    double? ValidationLoss,
    double LearningRate,
    double Seconds,
    double ExamplesPerSecond)
{
    /// <summary>The metrics of the training set, as the outputs were while the epoch ran; none unless
    /// <see cref="TrainingOptions.Metrics"/> names some. Of an adversarial pair, the loss of the discriminator.</summary>
    public MetricValues Metrics { get; init; } = MetricValues.None;

    /// <summary>The metrics of the validation set after the epoch; none without one.</summary>
    public MetricValues ValidationMetrics { get; init; } = MetricValues.None;

    /// <summary>The first metric of the validation set, <see cref="TrainingHistory.MetricName"/>; null without one.</summary>
    [JsonIgnore]
    public double? ValidationMetric => ValidationMetrics.Count > 0 ? ValidationMetrics[0].Value : null;

    /// <summary>The mean loss of the discriminator, one of the <see cref="Metrics"/>, where an adversarial pair is trained and
    /// <see cref="Loss"/> is the generator's; else null.</summary>
    [JsonIgnore]
    public double? DiscriminatorLoss => Metrics[AdversarialLoss.MetricName];

    /// <summary>The validation loss, or the training loss where there is none.</summary>
    internal double ReferenceLoss => ValidationLoss ?? Loss;
}
