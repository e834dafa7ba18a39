using System.Collections.Immutable;

namespace MLNetExtensions.Networks;

/// <summary>Per-channel standardisation by constants, (x − mean) / deviation: keeps the scaling of pixels inside the model. Not
/// learned. Input and output have the same shape; each list has one value a channel, or a single value for all.</summary>
public sealed record Normalize(ImmutableArray<float> Mean, ImmutableArray<float> StandardDeviation) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        int channels = inputs[0].Channels;
        if (Mean.Length != StandardDeviation.Length || (Mean.Length != channels && Mean.Length != 1))
            throw new ArgumentException(
                $"has {Mean.Length} means and {StandardDeviation.Length} deviations for {channels} channels; " +
                "give one a channel, or one for all.");
        if (StandardDeviation.Any(deviation => !(deviation > 0)))
            throw new ArgumentException("needs standard deviations above 0.");
        return inputs[0];
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 2 * output.Size;

    /// <inheritdoc/>
    public bool Equals(Normalize? other) =>
        other is not null && Mean.AsSpan().SequenceEqual(other.Mean.AsSpan())
        && StandardDeviation.AsSpan().SequenceEqual(other.StandardDeviation.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean.Length, Mean.Length > 0 ? Mean[0] : 0);
}
