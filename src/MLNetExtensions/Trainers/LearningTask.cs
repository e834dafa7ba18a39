using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>What a task's labels ask of training.</summary>
/// <param name="Head">The score columns.</param>
/// <param name="Loss">What is minimised.</param>
/// <param name="Targets">Makes the loss's targets of labels.</param>
/// <param name="Stratified">Whether a validation split takes its share of each class.</param>
/// <param name="TargetUnit">How many of the label's units one unit of the targets is.</param>
internal sealed record LearningTask(
    PredictionHead Head, Loss Loss, Func<float[], float[]> Targets, bool Stratified, double TargetUnit = 1);
