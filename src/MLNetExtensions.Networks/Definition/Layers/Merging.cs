namespace MLNetExtensions.Networks;

/// <summary>The element-wise sum of two or more inputs: the join of a residual block (He et al., 2015). Where an input has
/// dimension 1 it is repeated: [C×H×W] and [C×1×1] add a number to each channel.</summary>
public sealed record Add : Layer
{
    internal override int InputCount => -1;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        int rank = inputs[0].Rank;
        if (inputs.Any(input => input.Rank != rank))
            throw Misfit();
        int[] sizes = [.. Enumerable.Range(0, rank).Select(i => inputs.Max(input => input[i]))];
        return inputs.All(input => sizes.Index().All(size => input[size.Index] == size.Item || input[size.Index] == 1))
            ? new(sizes)
            : throw Misfit();

        ArgumentException Misfit() => new(
            $"needs inputs whose dimensions are the same, or 1, but they are {string.Join(", ", inputs)}.");
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => output.Size * (inputs.Count - 1);
}

/// <summary>The first input less the second, element by element, of one shape.</summary>
public sealed record Subtract : Layer
{
    internal override int InputCount => 2;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => inputs[0].Equals(inputs[1])
        ? inputs[0]
        : throw new ArgumentException($"needs inputs of one shape but they are {inputs[0]}, {inputs[1]}.");
}

/// <summary>The inputs behind each other along the channels; the other dimensions must agree.</summary>
public sealed record Concat : Layer
{
    internal override int InputCount => -1;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (inputs.Any(input => !input.Dimensions[1..].SequenceEqual(inputs[0].Dimensions[1..])))
            throw new ArgumentException($"needs inputs that differ in channels only but they are {string.Join(", ", inputs)}.");
        return new([inputs.Sum(input => input.Channels), .. inputs[0].Dimensions[1..]]);
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 0;
}
