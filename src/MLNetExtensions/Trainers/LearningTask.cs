using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>What a task's labels ask of training.</summary>
/// <param name="Head">The score columns.</param>
/// <param name="Loss">What is minimised.</param>
/// <param name="Target">Makes the loss's targets of a label, in place; null where they are the label itself.</param>
/// <param name="TargetUnit">How many of the label's units one unit of the targets is.</param>
internal sealed record LearningTask(
    PredictionHead Head, Loss Loss, Action<Span<float>>? Target = null, double TargetUnit = 1);
