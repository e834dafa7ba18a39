using MLNetExtensions.Networks;

namespace MLNetExtensions.Trainers;

/// <summary>Makes the network for a trainer whose features are ids (a vector of keys); vocabulary and length are known only when it
/// sees the data: <c>(vocabulary, length, classes) => RecurrentClassifier.Create(vocabulary, length, classes)</c>.</summary>
/// <param name="vocabularySize">The number of ids: the keys of the column, and 0 for padding and missing ones.</param>
/// <param name="length">The ids of a row, padded and cut to that.</param>
/// <param name="outputs">The number of outputs that the task needs: 1, or the number of classes.</param>
/// <returns>A network from the ids to the outputs, without a final sigmoid or softmax: losses take logits.</returns>
public delegate NetworkDefinition SequenceArchitecture(int vocabularySize, int length, int outputs);
