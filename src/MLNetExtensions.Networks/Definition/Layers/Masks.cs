namespace MLNetExtensions.Networks;

/// <summary>1 where an id is a word, 0 where it is the padding behind the words: which values of a sequence count. A mask is a
/// value like any other, and layers that need one take it as a further input. No gradient goes through it.</summary>
/// <param name="PaddingIndex">The id of padding.</param>
public sealed record PaddingMask(int PaddingIndex = 0) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => PaddingIndex >= 0
        ? inputs[0]
        : throw new ArgumentException($"needs a padding index of at least 0, not {PaddingIndex}.");
}

/// <summary>The mask of sequences whose lengths are given: 1 in the first places, as many as the length says, and 0 in the places
/// of padding behind them. Input [1], output [<paramref name="MaxLength"/>]. No gradient goes through it.</summary>
/// <param name="MaxLength">The number of places, at least 1.</param>
public sealed record SequenceMask(int MaxLength) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (MaxLength < 1)
            throw new ArgumentException($"needs at least one place, not {MaxLength}.");
        return inputs[0].Size == 1
            ? new(MaxLength)
            : throw new ArgumentException($"takes the length of one sequence, [1], but its input is {inputs[0]}.");
    }
}
