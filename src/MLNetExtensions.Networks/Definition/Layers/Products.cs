namespace MLNetExtensions.Networks;

/// <summary>The element-wise product of two inputs. Where one of them has dimension 1 it is repeated: [C×H×W] times [C×1×1]
/// scales each channel, the join of a squeeze-and-excitation block (Hu et al., 2017).</summary>
public sealed record Multiply : Layer
{
    internal override int InputCount => 2;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        (TensorShape a, TensorShape b) = (inputs[0], inputs[1]);
        if (a.Rank != b.Rank || Enumerable.Range(0, a.Rank).Any(i => a[i] != b[i] && a[i] != 1 && b[i] != 1))
            throw new ArgumentException(
                $"can't multiply {a} by {b}: each dimension must be the same in both, or 1 in one of them.");
        return new([.. Enumerable.Range(0, a.Rank).Select(i => Math.Max(a[i], b[i]))]);
    }
}

/// <summary>The matrix product of two inputs over their last two dimensions, [..., m×k] by [..., k×n] to [..., m×n], one for each
/// place in the leading dimensions, which must agree.</summary>
public sealed record MatMul : Layer
{
    internal override int InputCount => 2;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        (TensorShape a, TensorShape b) = (inputs[0], inputs[1]);
        if (a.Rank < 2 || a.Rank != b.Rank || a[^1] != b[^2] || !a.Dimensions[..^2].SequenceEqual(b.Dimensions[..^2]))
            throw new ArgumentException(
                $"can't multiply {a} by {b}: it takes [..., m×k] and [..., k×n] with the same leading dimensions.");
        return new([.. a.Dimensions[..^1], b[^1]]);
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 2 * output.Size * inputs[0][^1];
}
