namespace MLNetExtensions.Networks;

/// <summary>How the steps of a sequence become one.</summary>
public enum TimePooling
{
    /// <summary>The largest value of each feature (max over time, Collobert et al., 2011).</summary>
    Max,

    /// <summary>The mean of each feature.</summary>
    Mean,

    /// <summary>The last step.</summary>
    Last,
}

/// <summary>One vector out of all steps of a sequence. A second input, if there is one, is a mask of [length]: steps where it is
/// 0 don't count, and a row without any step gives 0.</summary>
/// <param name="Mode">What becomes of the steps.</param>
/// <param name="Dimension">Which dimension is time, counted from 0 without that of the batch, below 0 from the last one; it
/// goes.</param>
public sealed record PoolOverTime(TimePooling Mode = TimePooling.Max, int Dimension = 0) : Layer
{
    internal override int OptionalInputs => 1;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape input = inputs[0];
        int dimension = input.IndexOf(Dimension);
        if (input.Rank < 2)
            throw new ArgumentException($"expects steps of features, [length×features], but its input is {input}.");
        RequireMask(inputs, input[dimension]);
        return new([.. input.Dimensions[..dimension], .. input.Dimensions[(dimension + 1)..]]);
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => inputs[0].Size;
}
