using Microsoft.ML;

namespace MLNetExtensions.Transformers;

/// <content>The non-generic interface lets permutation feature importance find the
/// trainer's columns in any loaded model.</content>
public sealed partial class NeuralNetworkTransformer : ISingleFeaturePredictionTransformer;
