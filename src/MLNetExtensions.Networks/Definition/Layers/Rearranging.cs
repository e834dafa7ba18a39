using System.Collections.Immutable;

namespace MLNetExtensions.Networks;

/// <summary>The dimensions in another order, as <c>torch.permute</c>: dimension i of the output is dimension
/// <c>Dimensions[i]</c> of the input. [C×H×W] permuted by (1, 2, 0) is [H×W×C].</summary>
/// <param name="Dimensions">Each dimension of an example once, counted from 0 without that of the batch.</param>
public sealed record Permute(params ImmutableArray<int> Dimensions) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape input = inputs[0];
        if (!Dimensions.Order().SequenceEqual(Enumerable.Range(0, input.Rank)))
            throw new ArgumentException(
                $"can't permute {input} by ({string.Join(", ", Dimensions)}); give each of 0 to {input.Rank - 1} once.");
        return new([.. Dimensions.Select(dimension => input[dimension])]);
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 0;

    /// <inheritdoc/>
    public bool Equals(Permute? other) => other is not null && Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Dimensions.Aggregate(Dimensions.Length, HashCode.Combine);
}

/// <summary>Part of one dimension, as Python's <c>x[start:end:step]</c>; the others stay whole.</summary>
/// <param name="Dimension">Which one, counted from 0 without that of the batch; below 0 from the last one.</param>
/// <param name="Start">The first index; below 0 from the end.</param>
/// <param name="End">The index behind the last one; below 0 from the end, and no further than the end.</param>
/// <param name="Step">The distance between the indices taken, at least 1.</param>
public sealed record Slice(int Dimension, int Start = 0, int End = int.MaxValue, int Step = 1) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        (int dimension, _, int count) = Range(inputs[0]);
        int[] dimensions = [.. inputs[0].Dimensions];
        dimensions[dimension] = count;
        return new(dimensions);
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 0;

    /// <summary>The dimension from 0, the first index and the number of indices for an input.</summary>
    /// <exception cref="ArgumentException">There is no such dimension, or nothing of it is left.</exception>
    public (int Dimension, int First, int Count) Range(TensorShape input)
    {
        int dimension = input.IndexOf(Dimension), size = input[dimension];
        int first = Math.Clamp(Start < 0 ? Start + size : Start, 0, size);
        int end = Math.Clamp(End < 0 ? End + size : End, 0, size);
        if (Step < 1 || first >= end)
            throw new ArgumentException($"takes nothing of dimension {dimension} of {input} by {Start}:{End}:{Step}.");
        return (dimension, first, (end - first + Step - 1) / Step);
    }
}
