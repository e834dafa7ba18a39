namespace MLNetExtensions.Networks.Onnx;

/// <summary>Activations that are more than a layer of the same name.</summary>
internal static class ActivationImport
{
    /// <summary>A bound beyond which a shift by it costs more than some 1e-5.</summary>
    private const double WideBound = 128;

    /// <summary>Before, Softmax took all dimensions from its axis on as one, the second if none was named.</summary>
    public const int SoftmaxOfOneAxisOpset = 13;

    public static OnnxValue Gelu(NodeImport node) => node.Text("approximate", "none") == "none"
        ? node.Map(new GELU(), node.Value(0))
        : throw node.NotSupported("approximates by tanh; only the exact function is supported.");

    public static OnnxValue Swish(NodeImport node) => node.Float("alpha", 1) == 1
        ? node.Map(new SiLU(), node.Value(0))
        : throw node.NotSupported("has an alpha other than 1.");

    /// <param name="node">The node.</param>
    /// <param name="layer">What is done along the axis: <see cref="Networks.Softmax"/> or its logarithm.</param>
    public static OnnxValue Softmax(NodeImport node, Activation layer)
    {
        NetworkValue input = node.Value(0);
        bool flattens = node.Opset < SoftmaxOfOneAxisOpset && node.Proto.Domain != GraphRewriting.Domain;
        return Along(node, layer, input, node.Axis(node.Int("axis", flattens ? 1 : -1), input.Rank), flattens);
    }

    /// <summary>A layer along the channels, along another axis.</summary>
    /// <param name="node">The node.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="flattens">Whether the axes behind it count as one with it.</param>
    public static NetworkValue Along(NodeImport node, Activation layer, NetworkValue input, int axis, bool flattens)
    {
        if (flattens ? axis <= input.BatchAxis : axis == input.BatchAxis)
            throw node.NotSupported("normalises over the batch.");
        bool isAlone = input.Dims[(axis + 1)..].All(dim => dim == 1);
        if (input.ExampleAxis(axis) == 0 && (isAlone || !flattens))
            return node.Map(layer, input);
        // Along another axis, or along several as one: those dimensions become the channels for a while.
        int rank = input.Example.Length, first = input.ExampleAxis(axis), count = flattens ? rank - first : 1;
        int[] normalised = [.. Enumerable.Range(first, count)], others = [.. Enumerable.Range(0, rank).Except(normalised)];
        NetworkValue front = first == 0 ? input : node.Add(new Permute([.. normalised, .. others]), input);
        long[] example = input.Example;
        long channels = normalised.Aggregate(1L, (size, i) => checked(size * example[i]));
        long[] rest = [.. others.Select(i => example[i])];
        NetworkValue softmax = node.Add(layer, front.AsExample([channels, .. rest]));
        if (first == 0)
            return softmax.As(input);
        softmax = softmax.AsExample([.. normalised.Select(i => example[i]), .. rest]);
        Permute back = new([.. Enumerable.Range(0, rank).Select(i => i < first ? count + i : i < first + count ? i - first : i)]);
        return node.Add(back, softmax).As(input);
    }

    public static OnnxValue Clip(NodeImport node)
    {
        double low = Bound("min", 1, double.NegativeInfinity), high = Bound("max", 2, double.PositiveInfinity);
        return Clipped(node, node.Value(0), low, high);

        double Bound(string name, int index, double missing) =>
            node.OptionalConstant(index, name) is { Count: 1 } constant
                ? NodeImport.Decimal(constant.ToFloats()[0])
                : node.Float(name, missing);
    }

    public static OnnxValue PRelu(NodeImport node)
    {
        NetworkValue value = node.Value(0);
        OnnxConstant slope = node.Constant(1, "slope");
        // A slope is broadcast from the last dimension, and before opset 7 lay along the channels.
        int behind = value.Rank - 1;
        bool isOfChannels = value.IsPlain && behind > 0 && slope.Count == value.Dims[1]
            && ((node.Opset < 7 && slope.Rank == 1) || (slope.Rank >= behind && slope.Dims[^behind] == slope.Count));
        if (slope.Count != 1 && !isOfChannels)
            throw node.NotSupported(
                $"has slopes of dimensions {slope.Dims.Text()} for {value.Dims.Text()}; one, or one a channel, is supported.");
        return node.Network.Add(
            node, new PReLU(slope.Count), slope, [node.Network.Materialize(node, value)],
            ("weight", node.Network.Tensor(slope, new(slope.Count)))).As(value);
    }

    public static OnnxValue Max(NodeImport node) =>
        WithNumber(node, (value, low) => Clipped(node, value, low, double.PositiveInfinity))
        ?? Values(node).Aggregate((a, b) => Larger(node, a, b));

    // min(a, b) = −max(−a, −b).
    public static OnnxValue Min(NodeImport node) =>
        WithNumber(node, (value, high) => Clipped(node, value, double.NegativeInfinity, high))
        ?? Negative(node, Values(node).Select(value => Negative(node, value)).Aggregate((a, b) => Larger(node, a, b)));

    public static OnnxValue Abs(NodeImport node)
    {
        NetworkValue value = node.Value(0) with { IsExclusive = false };
        NetworkValue negative = AffineImport.Apply(node, value, Affine.Negative);
        return node.Network.Add(
            node, new Add(), null,
            [node.Map(new ReLU(), value).Node, node.Map(new ReLU(), negative).Node]).As(value);
    }

    // clip(αx + β, 0, 1); the layer has α = 1/6 and β = 1/2.
    public static OnnxValue HardSigmoid(NodeImport node)
    {
        double alpha = node.Float("alpha", 0.2), beta = node.Float("beta", 0.5);
        NetworkValue value = node.Value(0);
        return Math.Abs(alpha - 1.0 / 6) < 1e-6 && beta == 0.5
            ? node.Map(new Hardsigmoid(), value)
            : Clipped(node, AffineImport.Apply(node, value, new(null, [alpha], [beta])), 0, 1);
    }

    // λ·x above 0, λ·α·(eˣ − 1) below (Klambauer et al., 2017).
    public static OnnxValue Selu(NodeImport node)
    {
        NetworkValue elu = node.Map(new ELU(node.Float("alpha", 1.67326319217681884765625)), node.Value(0));
        return AffineImport.Apply(node, elu, new(null, [node.Float("gamma", 1.05070102214813232421875)], [0]));
    }

    // x above 0, α·(e^(x/α) − 1) below.
    public static OnnxValue Celu(NodeImport node)
    {
        double alpha = node.Float("alpha", 1);
        NetworkValue scaled = AffineImport.Apply(node, node.Value(0), new(null, [1 / alpha], [0]));
        return AffineImport.Apply(node, node.Map(new ELU(), scaled), new(null, [alpha], [0]));
    }

    // log(1 / (1 + e⁻ˣ)) = −softplus(−x).
    public static OnnxValue LogSigmoid(NodeImport node) => AffineImport.Apply(
        node, node.Map(new Softplus(), AffineImport.Apply(node, node.Value(0), Affine.Negative)), Affine.Negative);

    // x · tanh(softplus(x)).
    public static OnnxValue Mish(NodeImport node)
    {
        NetworkValue value = node.Value(0);
        NetworkValue gate = node.Map(new Tanh(), node.Map(new Softplus(), value));
        return node.Network.Add(node, new Multiply(), null, [node.Network.Materialize(node, value), gate.Node]).As(value);
    }

    private static NetworkValue? WithNumber(NodeImport node, Func<NetworkValue, double, NetworkValue> function)
    {
        int index = node.Input(0) is OnnxConstant ? 1 : 0;
        return node.InputCount == 2 && node.Input(1 - index) is OnnxConstant { Count: 1 } number
            ? function(node.Value(index), NodeImport.Decimal(number.ToFloats()[0]))
            : null;
    }

    private static IEnumerable<NetworkValue> Values(NodeImport node) =>
        [.. Enumerable.Range(0, node.InputCount).Select(i => node.Value(i) with { IsExclusive = false })];

    // max(a, b) = a + max(0, b − a).
    private static NetworkValue Larger(NodeImport node, NetworkValue a, NetworkValue b)
    {
        NetworkValue difference = ArithmeticImport.Sum(node, b, Negative(node, a));
        return ArithmeticImport.Sum(node, a, node.Map(new ReLU(), difference));
    }

    private static NetworkValue Negative(NodeImport node, NetworkValue value) =>
        AffineImport.Apply(node, value with { IsExclusive = false }, Affine.Negative);

    /// <summary>min(max(x, low), high), of the layers that clip to [0, ∞) and [0, 6].</summary>
    private static NetworkValue Clipped(NodeImport node, NetworkValue value, double low, double high)
    {
        // Bounds that no Single reaches are none.
        bool isLow = low > float.MinValue, isHigh = high < float.MaxValue;
        if (!isLow && !isHigh)
            return value;
        if (isLow && isHigh && low >= high)
            throw node.NotSupported($"clips to [{low}, {high}].");
        if ((isLow && Math.Abs(low) > WideBound) || (isHigh && Math.Abs(high) > WideBound))
            return ClippedWide(node, value with { IsExclusive = false }, isLow ? low : null, isHigh ? high : null);
        Affine before = isLow && isHigh ? new(null, [6 / (high - low)], [-low * 6 / (high - low)])
            : isLow ? new(null, [1], [-low])
            : new(null, [-1], [high]);
        Affine after = isLow && isHigh ? new(null, [(high - low) / 6], [low])
            : isLow ? new(null, [1], [low])
            : new(null, [-1], [high]);
        NetworkValue clipped = node.Map(isLow && isHigh ? new ReLU6() : new ReLU(), AffineImport.Apply(node, value, before));
        return AffineImport.Apply(node, clipped, after);
    }

    // x + max(0, low − x) − max(0, x − high), which leaves what lies between as it is: shifted by a bound and back, as above, it
    // would lose what the bound's last place does not have.
    private static NetworkValue ClippedWide(NodeImport node, NetworkValue value, double? low, double? high)
    {
        NetworkValue clipped = value;
        if (low is { } least)
            clipped = ArithmeticImport.Sum(
                node, clipped, node.Map(new ReLU(), AffineImport.Apply(node, value, new(null, [-1], [least]))));
        if (high is { } most)
        {
            NetworkValue excess = node.Map(new ReLU(), AffineImport.Apply(node, value, new(null, [1], [-most])));
            clipped = ArithmeticImport.Sum(node, clipped, Negative(node, excess));
        }
        return clipped;
    }
}
