namespace MLNetExtensions.Networks.Onnx;

/// <summary>Products with matrices.</summary>
internal static class LinearImport
{
    public static OnnxValue Gemm(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        OnnxConstant weight = node.Constant(1, "weight");
        if (input.Rank != 2 || input.BatchAxis != 0 || weight.Rank != 2)
            throw node.Malformed($"multiplies {input.Dims.Text()} by {weight.Dims.Text()}.");
        if (node.Int("transA", 0) != 0)
            throw node.NotSupported("transposes its input.");
        float alpha = (float)node.Float("alpha", 1), beta = (float)node.Float("beta", 1);
        OnnxConstant matrix = node.Int("transB", 0) != 0 ? weight : Transposed(weight);
        if (matrix.Dims[1] != input.Dims[1])
            throw node.Malformed($"multiplies {input.Dims.Text()} by {weight.Dims.Text()}.");
        WeightTensor tensor = Scaled(node.Network.Tensor(matrix, NetworkAssembly.Shape(node, matrix.Dims)), alpha);
        OnnxConstant? addend = node.OptionalConstant(2, "bias");
        if (addend is null)
            return Linear(node, input, weight, tensor, null);
        int outputs = tensor.Shape[0];
        if (addend.Count != 1 && !(addend.Count == outputs && addend.Dims[^1] == outputs))
            throw node.NotSupported($"adds a matrix of dimensions {addend.Dims.Text()}; a row is supported.");
        WeightTensor bias = addend.Count == outputs
            ? node.Network.Tensor(addend, new(outputs))
            : new(new(outputs), [.. Enumerable.Repeat(addend.ToFloats()[0], outputs)]);
        return Linear(node, input, weight, tensor, Scaled(bias, beta));
    }

    public static OnnxValue MatMul(NodeImport node)
    {
        if (node.Input(0) is OnnxConstant left)
            return LeftProduct(node, left);
        NetworkValue input = node.Value(0);
        if (node.Input(1) is NetworkValue)
            return Product(node, input, node.Value(1));
        OnnxConstant weight = node.Constant(1, "matrix");
        if (weight.Rank is not (1 or 2) || input.Rank < 2 || input.Dims[^1] != weight.Dims[0])
            throw node.NotSupported($"multiplies {input.Dims.Text()} by {weight.Dims.Text()}.");
        if (PoolingImport.Adaptive(node, input, weight, isRows: false) is { } pooled)
            return pooled;
        OnnxConstant matrix = weight.Rank == 2 ? weight : weight.Reshape([weight.Dims[0], 1]);
        matrix = Transposed(matrix);
        NetworkValue product =
            Linear(node, input, weight, node.Network.Tensor(matrix, NetworkAssembly.Shape(node, matrix.Dims)), null);
        return weight.Rank == 2 ? product : product with { Dims = product.Dims[..^1] };
    }

    /// <summary>A constant matrix times a value: a linear layer over the dimension before the last.</summary>
    private static NetworkValue LeftProduct(NodeImport node, OnnxConstant matrix)
    {
        NetworkValue input = node.Value(1);
        if (PoolingImport.Adaptive(node, input, matrix, isRows: true) is { } pooled)
            return pooled;
        if (matrix.Rank != 2 || input.Rank < 3 || input.BatchAxis > input.Rank - 3 || input.Dims[^2] != matrix.Dims[1])
            throw node.NotSupported($"multiplies {matrix.Dims.Text()} by {input.Dims.Text()}.");
        int rank = input.Example.Length;
        Permute swap = new([.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]);
        NetworkValue swapped = node.Add(swap, input);
        NetworkValue product = Linear(
            node, swapped, matrix, node.Network.Tensor(matrix, NetworkAssembly.Shape(node, matrix.Dims)), null);
        return node.Add(swap, product).As(input, [.. input.Dims[..^2], matrix.Dims[0], input.Dims[^1]]);
    }

    /// <summary>The product of two values, matrix by matrix.</summary>
    public static NetworkValue Product(NodeImport node, NetworkValue a, NetworkValue b)
    {
        if (a.Rank < 3 || a.Rank != b.Rank || a.BatchAxis > a.Rank - 3 || a.Dims[^1] != b.Dims[^2]
            || a.Outer != b.Outer || !a.Dims[..^2].SequenceEqual(b.Dims[..^2]))
            throw node.NotSupported($"multiplies {a.Dims.Text()} by {b.Dims.Text()}.");
        return node.Network.Add(
            node, new MatMul(), null, [node.Network.Materialize(node, a), node.Network.Materialize(node, b)])
            .As(a, [.. a.Dims[..^1], b.Dims[^1]]);
    }

    /// <summary>A linear layer over the last dimension, whatever the others are.</summary>
    private static NetworkValue Linear(
        NodeImport node, NetworkValue input, OnnxConstant weight, WeightTensor tensor, WeightTensor? bias)
    {
        string source = node.Network.Materialize(node, input);
        List<(string, WeightTensor)> parameters = [("weight", tensor)];
        if (bias is not null)
            parameters.Add(("bias", bias));
        NetworkValue output = node.Network.Add(node, new Linear(tensor.Shape[0], bias is not null), weight, [source], parameters);
        return output.As(input, [.. input.Dims[..^1], tensor.Shape[0]]);
    }

    private static OnnxConstant Transposed(OnnxConstant matrix)
    {
        long[] dims = [matrix.Dims[1], matrix.Dims[0]];
        return matrix.Pick(dims, Strides.Places(dims, [1, (int)matrix.Dims[1]], matrix.Count)) with { Origin = matrix.Origin };
    }

    private static WeightTensor Scaled(WeightTensor tensor, float factor) =>
        factor == 1 ? tensor : new(tensor.Shape, Array.ConvertAll(tensor.Values, value => value * factor));
}
