using MLNetExtensions.Networks;

namespace MLNetExtensions.Trainers;

/// <summary>Makes the network for a trainer of several feature columns, whose sizes and categories are known only when it sees the data:
/// <c>(inputs, outputs) => EntityEmbeddingNetwork.Create(inputs, outputs, [128, 64])</c>.</summary>
/// <param name="inputs">An input for each column, called as it is: numbers, or ids where it has keys
/// (<see cref="NetworkInput.VocabularySize"/>), of which 0 stands for a missing one and pads sequences.</param>
/// <param name="outputs">The number of outputs that the task needs: 1, or the number of classes or labels.</param>
/// <returns>A network of these inputs, in any order, without a final sigmoid or softmax: losses take logits.</returns>
public delegate NetworkDefinition MultiInputArchitecture(IReadOnlyList<NetworkInput> inputs, int outputs);
