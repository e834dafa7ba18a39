namespace MLNetExtensions.Networks.Training;

/// <summary>The loss, a gradient or a weight became NaN or infinite.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    internal TrainingDivergedException(
        Divergence divergence, int epoch, int step, double learningRate, bool clips, TrainingResult? best)
        : base(
            $"Training diverged: {divergence.Text} in epoch {epoch}, step {step}, at learning rate {learningRate}. " +
            $"Try a learning rate ten times lower, {(clips ? "" : "gradient clipping, ")}a warm-up or normalised features, and " +
            "look for extreme values in features and targets." +
            (best is null ? "" : $" The weights of epoch {best.BestEpoch}, the best so far, are in {nameof(Best)}."))
    {
        (Quantity, Place) = (divergence.Quantity, divergence.Place);
        (Epoch, Step, LearningRate, Best) = (epoch, step, learningRate, best);
    }

    /// <summary>What left the range of numbers: <c>loss</c>, <c>validation loss</c>, <c>gradient</c>, <c>weight</c>, or
    /// <c>features</c> that were not finite.</summary>
    public string Quantity { get; }

    /// <summary>The name of the parameter whose gradient or weight it is, or of the first layer whose output is not finite; null
    /// where there is none to name.</summary>
    public string? Place { get; }

    /// <summary>The epoch, counted from 1.</summary>
    public int Epoch { get; }

    /// <summary>The step in the epoch, counted from 1.</summary>
    public int Step { get; }

    /// <summary>The learning rate of the step.</summary>
    public double LearningRate { get; }

    /// <summary>The model of the best epoch before; null when no epoch ended.</summary>
    public TrainingResult? Best { get; }
}
