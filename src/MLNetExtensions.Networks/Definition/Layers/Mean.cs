namespace MLNetExtensions.Networks;

/// <summary>The mean along one dimension, as <c>torch.mean</c>.</summary>
/// <param name="Dimension">Which one, counted from 0 without that of the batch; below 0 from the last one.</param>
/// <param name="KeepDimension">Whether it stays, with one element, or goes.</param>
public sealed record Mean(int Dimension, bool KeepDimension = false) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape input = inputs[0];
        int dimension = input.IndexOf(Dimension);
        if (input.Rank == 1 && !KeepDimension)
            throw new ArgumentException($"leaves no dimension of {input}; set KeepDimension.");
        ReadOnlySpan<int> one = [1];
        return new([.. input.Dimensions[..dimension], .. KeepDimension ? one : [], .. input.Dimensions[(dimension + 1)..]]);
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => inputs[0].Size;
}
