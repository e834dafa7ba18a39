namespace MLNetExtensions.Networks.Onnx;

/// <summary>Sums of values, and scales and shifts by constants.</summary>
internal static class ArithmeticImport
{
    public static OnnxValue Add(NodeImport node)
    {
        if (node.Inputs.Any(input => input is OnnxConstant))
            return Positions(node) ?? WithConstant(node, (value, constant) => Affine.Shift(node, value, constant, 1, 1));
        NetworkValue[] inputs = [.. Enumerable.Range(0, node.InputCount).Select(node.Value)];
        if (inputs.Length == 1)
            return inputs[0];
        return Sum(node, inputs);
    }

    /// <summary>A table of numbers for each place and feature of a sequence, which are positions; null for another
    /// constant.</summary>
    private static NetworkValue? Positions(NodeImport node)
    {
        int index = node.Input(0) is OnnxConstant ? 1 : 0;
        if (node.InputCount != 2 || node.Input(1 - index) is not OnnxConstant { Origin: not null, Floats: { } numbers } table
            || node.Input(index) is not NetworkValue { Rank: 3, IsPlain: true, Padding: null, RoundedBy: null } steps
            || table.Rank is not (2 or 3) || !table.Dims[^2..].SequenceEqual(steps.Example) || table.Count != numbers.Length
            || steps.Example.Any(size => size == 1) || (table.Rank == 3 && table.Dims[0] != 1))
            return null;
        TensorShape shape = NetworkAssembly.Shape(node, steps.Example);
        string source = node.Network.Materialize(node, steps);
        if (SinusoidalPositions.Values(shape).Select(value => (float)value).SequenceEqual(numbers))
            return node.Network.Add(node, new SinusoidalPositions(), null, [source]);
        return node.Network.Add(
            node, new LearnedPositions(shape[0]), table, [source], ("weight", node.Network.Tensor(table, shape)));
    }

    public static OnnxValue Sub(NodeImport node)
    {
        if (node.Inputs.OfType<OnnxConstant>().Any())
            return Difference(node);
        (NetworkValue a, NetworkValue b) = (node.Value(0), node.Value(1));
        if (!a.HasViewOf(b))
            return Sum(node, [a, AffineImport.Apply(node, b with { IsExclusive = false }, Affine.Negative)]);
        return node.Network.Add(
            node, new Subtract(), null, [node.Network.Materialize(node, a), node.Network.Materialize(node, b)]).As(a);
    }

    private static NetworkValue Difference(NodeImport node) => WithConstant(node, (value, constant) =>
        node.Input(0) is OnnxConstant
            ? Affine.Shift(node, value, constant, -1, 1)
            : Affine.Shift(node, value, constant, 1, -1));

    public static OnnxValue Mul(NodeImport node)
    {
        if (node.InputCount == 2 && !node.Inputs.OfType<OnnxConstant>().Any())
            return Product(node, node.Value(0), node.Value(1));
        return WithConstant(node, (value, constant) => Affine.Scale(node, value, constant, number => number));
    }

    public static OnnxValue Div(NodeImport node)
    {
        if (node.Input(0) is OnnxConstant)
            throw node.NotSupported("divides a constant by a value.");
        if (node.Input(1) is OnnxConstant { Integers: { } divisors } && divisors.Any(divisor => divisor is not (1 or -1)))
            throw node.NotSupported("divides whole numbers, which rounds; there is no layer for that.");
        return WithConstant(node, (value, constant) => Affine.Scale(node, value, constant, number => 1 / number));
    }

    public static OnnxValue Pow(NodeImport node)
    {
        NetworkValue value = node.Value(0);
        double exponent = node.Constant(1, "exponent") is { Count: 1 } constant ? constant.ToFloats()[0] : double.NaN;
        if (exponent is not (1 or 2 or 3 or 4))
            throw node.NotSupported("takes another power than the first to the fourth; there is no layer for that.");
        NetworkValue power = value;
        for (int i = 1; i < exponent; i++)
            power = Product(node, power, value);
        return power;
    }

    public static OnnxValue Neg(NodeImport node) => AffineImport.Apply(node, node.Value(0), Affine.Negative);

    /// <summary>The product of values, each repeated where it has a dimension of 1.</summary>
    public static NetworkValue Product(NodeImport node, params NetworkValue[] factors) =>
        Combined(node, new Multiply(), factors);

    /// <summary>The sum of values, each repeated where it has a dimension of 1.</summary>
    public static NetworkValue Sum(NodeImport node, params NetworkValue[] summands) => Combined(node, new Add(), summands);

    /// <summary>What a layer makes of values that are repeated where they have a dimension of 1.</summary>
    private static NetworkValue Combined(NodeImport node, Layer layer, NetworkValue[] values)
    {
        int rank = values.Max(value => value.Rank);
        // Dimensions that are missing at the front are 1.
        NetworkValue[] aligned =
            [.. values.Select(value => value.As(value, [.. Enumerable.Repeat(1L, rank - value.Rank), .. value.Dims]))];
        NetworkValue view = aligned[0];
        long[]? dims = aligned.Select(value => value.Dims).Aggregate<long[], long[]?>(
            [], (sizes, next) => sizes is null ? null : Strides.Common(sizes, next));
        if (dims is null || aligned.Any(value => value.BatchAxis != view.BatchAxis || value.Outer != view.Outer
            || value.Dims[value.BatchAxis] != view.Dims[view.BatchAxis]))
            throw node.NotSupported($"combines values of {string.Join(", ", values.Select(value => value.Dims.Text()))}.");
        return node.Network.Add(node, layer, null, [.. aligned.Select(value => node.Network.Materialize(node, value))])
            .As(view, dims);
    }

    private static NetworkValue WithConstant(NodeImport node, Func<NetworkValue, OnnxConstant, Affine> affine)
    {
        if (node.InputCount != 2 || !node.Inputs.Any(input => input is OnnxConstant))
            throw node.NotSupported("combines values that are all computed; only a constant with a value is supported.");
        int index = node.Input(0) is OnnxConstant ? 1 : 0;
        NetworkValue value = node.Value(index);
        OnnxConstant constant = node.Constant(1 - index, "constant");
        // The result has as many dimensions as the constant, those at the front that the value lacks of 1.
        if (constant.Rank > value.Rank)
            value = value.As(value, [.. Enumerable.Repeat(1L, constant.Rank - value.Rank), .. value.Dims]);
        return AffineImport.Apply(node, value, affine(value, constant));
    }
}
