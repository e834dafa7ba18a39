namespace MLNetExtensions.Networks.Onnx;

/// <summary>What a name in an ONNX graph stands for while the graph is imported.</summary>
/// <param name="Dims">The dimensions, as ONNX sees them.</param>
internal abstract record OnnxValue(long[] Dims)
{
    public int Rank => Dims.Length;
}

/// <summary>One number at every place of dimensions among which the batch may be: the states that recurrent operators start
/// with, for instance.</summary>
/// <param name="Dims">The dimensions.</param>
/// <param name="Number">The number.</param>
internal sealed record UniformValue(long[] Dims, double Number) : OnnxValue(Dims)
{
    /// <summary>The dimensions of what is the same for every example: 1 in the place of the batch.</summary>
    public long[] SharedDims => [.. Dims.Select(size => size.IsBatch() ? 1 : size)];

    /// <summary>A constant that can be repeated to the value: of one number, or of all but the examples.</summary>
    public OnnxConstant ToConstant(bool isWhole)
    {
        long[] dims = isWhole ? SharedDims : [.. Dims.Select(_ => 1L)];
        float[] numbers = new float[OnnxTensorReader.ElementCount(dims) ?? throw new OverflowException()];
        Array.Fill(numbers, (float)Number);
        return new(dims, numbers);
    }
}
