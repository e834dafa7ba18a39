using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>What a task's labels ask of training.</summary>
/// <param name="Head">The score columns.</param>
/// <param name="Loss">What is minimised.</param>
/// <param name="Target">Makes the loss's targets of a label, in place; null where they are the label itself.</param>
/// <param name="TargetUnit">How many of the label's units one unit of the targets is.</param>
internal sealed record LearningTask(
    PredictionHead Head, Loss Loss, Action<Span<float>>? Target = null, double TargetUnit = 1)
{
    /// <summary>The examples with the loss's targets in the place of labels.</summary>
    public TrainingData TargetsOf(TrainingData labelled)
    {
        if (Target is null)
            return labelled;
        float[] targets = new float[labelled.Count * labelled.TargetSize];
        for (int row = 0; row < labelled.Count; row++)
        {
            Span<float> target = targets.AsSpan(row * labelled.TargetSize, labelled.TargetSize);
            labelled.Targets(row).CopyTo(target);
            Target(target);
        }
        return labelled.WithTargets(targets);
    }
}
