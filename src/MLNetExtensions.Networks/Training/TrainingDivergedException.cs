namespace MLNetExtensions.Networks.Training;

/// <summary>The loss became NaN or infinite.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    internal TrainingDivergedException(
        string quantity, double loss, int epoch, int step, double learningRate, TrainingResult? best)
        : base(
            $"Training diverged: the {quantity} became {loss} in epoch {epoch}, step {step}, at learning rate {learningRate}. " +
            "Try a learning rate ten times lower, gradient clipping, a warm-up or normalised features, and look for extreme " +
            "values in features and targets." +
            (best is null ? "" : $" The weights of epoch {best.BestEpoch}, the best so far, are in {nameof(Best)}."))
    {
        (Epoch, Step, LearningRate, Best) = (epoch, step, learningRate, best);
    }

    /// <summary>The epoch, counted from 1.</summary>
    public int Epoch { get; }

    /// <summary>The step in the epoch, counted from 1.</summary>
    public int Step { get; }

    /// <summary>The learning rate of the step.</summary>
    public double LearningRate { get; }

    /// <summary>The model of the best epoch before; null when no epoch ended.</summary>
    public TrainingResult? Best { get; }
}
