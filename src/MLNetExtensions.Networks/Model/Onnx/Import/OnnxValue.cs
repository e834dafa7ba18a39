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
internal sealed record UniformValue(long[] Dims, double Number) : OnnxValue(Dims);
