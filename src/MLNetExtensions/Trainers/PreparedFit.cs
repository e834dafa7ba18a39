using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>A fit of which all is checked, read and chosen, and only the run is left.</summary>
/// <param name="Network">What is trained.</param>
/// <param name="Engine">What computes.</param>
/// <param name="Training">The rows to learn from, with the targets of the loss.</param>
/// <param name="Validation">The rows to measure each epoch on; null for none.</param>
/// <param name="Options">How it is trained, with the task's loss and the seed.</param>
/// <param name="Weights">Where it starts; null to draw them.</param>
/// <param name="Head">The score columns.</param>
/// <param name="Features">The feature columns, and how they lie.</param>
/// <param name="Memory">Explains where memory runs out.</param>
internal sealed record PreparedFit(
    NetworkDefinition Network, INetworkEngine Engine, TrainingData Training, TrainingData? Validation, TrainingOptions Options,
    NetworkWeights? Weights, PredictionHead Head, FeatureColumns Features, FeatureMemory Memory);
