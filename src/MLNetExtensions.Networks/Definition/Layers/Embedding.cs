namespace MLNetExtensions.Networks;

/// <summary>A learned vector for each id: words, characters, categories. Input [...] of ids, output
/// [..., <paramref name="EmbeddingDim"/>]; parameter <c>weight</c> [ids×dim], normal.</summary>
/// <remarks>The ids are an input's (<see cref="NetworkInput.VocabularySize"/>), or what <see cref="Slice"/>,
/// <see cref="Permute"/> and <see cref="Reshape"/> make of it, so that every batch is checked for ids that the table
/// lacks. A step of <see cref="Training.Sgd"/> without momentum and decay touches the vectors of a batch's ids only, on the
/// managed engine; other optimisers go through the whole table, as PyTorch's do unless told otherwise.</remarks>
/// <param name="NumEmbeddings">How many ids there are: at least the vocabulary of the input.</param>
/// <param name="EmbeddingDim">The length of a vector.</param>
/// <param name="PaddingIndex">The id of padding, whose vector starts as zeros and has no gradient; null (the default) for
/// none.</param>
/// <param name="StandardDeviation">That of the initial values.</param>
public sealed record Embedding(
    int NumEmbeddings, int EmbeddingDim, int? PaddingIndex = null, double StandardDeviation = 1) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (NumEmbeddings is < 1 or > NetworkInput.MaxVocabularySize || EmbeddingDim < 1)
            throw new ArgumentException(
                $"needs 1 to {NetworkInput.MaxVocabularySize} ids and a dimension of at least 1, not {NumEmbeddings} and " +
                $"{EmbeddingDim}.");
        if (PaddingIndex < 0 || PaddingIndex >= NumEmbeddings)
            throw new ArgumentException($"has the padding index {PaddingIndex}, which is no id from 0 to {NumEmbeddings - 1}.");
        if (!(StandardDeviation >= 0))
            throw new ArgumentException($"needs a standard deviation of at least 0, not {StandardDeviation}.");
        return new([.. inputs[0].Dimensions, EmbeddingDim]);
    }

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs) =>
    [
        new(
            "weight", new(NumEmbeddings, EmbeddingDim),
            PaddingIndex is { } padding
                ? new PaddedNormalInitializer(StandardDeviation, padding * EmbeddingDim, EmbeddingDim)
                : new NormalInitializer(StandardDeviation)),
    ];

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 0;
}
