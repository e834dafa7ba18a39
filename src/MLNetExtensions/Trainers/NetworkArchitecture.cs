using MLNetExtensions.Networks;

namespace MLNetExtensions.Trainers;

/// <summary>Makes the network for a trainer, which knows the sizes only when it sees the data.</summary>
/// <param name="inputShape">The shape of one example: [features], or [channels×height×width].</param>
/// <param name="outputs">The number of outputs that the task needs: 1, or the number of classes.</param>
/// <returns>A network from the one to the other, without a final sigmoid or softmax: losses take logits.</returns>
public delegate NetworkDefinition NetworkArchitecture(TensorShape inputShape, int outputs);
