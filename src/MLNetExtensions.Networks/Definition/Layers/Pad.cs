using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks;

/// <summary>What values beyond the edge are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PadMode>))]
public enum PadMode
{
    /// <summary>A number.</summary>
    Constant,

    /// <summary>Those before the edge in reverse order, without the one at the edge.</summary>
    Reflect,

    /// <summary>The one at the edge.</summary>
    Replicate,
}

/// <summary>Values around an example, as <c>torch.nn.functional.pad</c>: each padded dimension grows at its beginning and its
/// end.</summary>
/// <param name="Padding">How many values before and after the last dimension, then before and after the one before it, and so on:
/// (left, right, top, bottom) of an image. At least 0; <see cref="Slice"/> cuts off.</param>
/// <param name="Mode">What they are.</param>
/// <param name="Value">The number, for <see cref="PadMode.Constant"/>.</param>
public sealed record Pad(ImmutableArray<int> Padding, PadMode Mode = PadMode.Constant, double Value = 0) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape input = inputs[0];
        if (Padding.IsDefaultOrEmpty || Padding.Length % 2 == 1 || Padding.Length > 2 * input.Rank
            || Padding.Any(size => size < 0))
            throw new ArgumentException(
                $"needs a number of at least 0 before and after each padded dimension of {input}, the last one first, not " +
                $"({string.Join(", ", Padding.IsDefault ? [] : Padding)}).");
        if (Value != 0 && Mode != PadMode.Constant)
            throw new ArgumentException($"can pad by {Value} in mode {PadMode.Constant} only, not {Mode}.");
        int[] dimensions = [.. input.Dimensions];
        for (int i = 0; i < Padding.Length / 2; i++)
        {
            (int before, int after) = Of(i);
            if (Mode == PadMode.Reflect && Math.Max(before, after) >= input[^(i + 1)])
                throw new ArgumentException(
                    $"can't reflect {Math.Max(before, after)} values of a dimension of {input[^(i + 1)]}.");
            dimensions[^(i + 1)] = checked(input[^(i + 1)] + before + after);
        }
        return new(dimensions);
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 0;

    /// <inheritdoc/>
    public bool Equals(Pad? other) =>
        other is not null && Mode == other.Mode && Value.Equals(other.Value)
        && Padding.AsSpan().SequenceEqual(other.Padding.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Padding.Aggregate(HashCode.Combine(Mode, Value), HashCode.Combine);

    /// <summary>For each place along a dimension of the output the one of the input, or -1 beyond its edge.</summary>
    /// <param name="fromLast">The dimension, counted from the last one.</param>
    /// <param name="size">Its size in the input.</param>
    internal int[] Sources(int fromLast, int size)
    {
        if (fromLast >= Padding.Length / 2)
            return [.. Enumerable.Range(0, size)];
        (int before, int after) = Of(fromLast);
        return [.. Enumerable.Range(-before, before + size + after).Select(place => Mode switch
        {
            PadMode.Reflect => place < 0 ? -place : place >= size ? 2 * (size - 1) - place : place,
            PadMode.Replicate => Math.Clamp(place, 0, size - 1),
            _ => place >= 0 && place < size ? place : -1,
        })];
    }

    private (int Before, int After) Of(int fromLast) => (Padding[2 * fromLast], Padding[2 * fromLast + 1]);
}
