namespace MLNetExtensions.Networks.Onnx;

/// <summary>Padding: part of the convolution or pooling behind it, or a layer of its own.</summary>
internal static class PaddingImport
{
    public static OnnxValue Pad(NodeImport node)
    {
        PadMode mode = node.Text("mode", "constant") switch
        {
            "constant" => PadMode.Constant,
            "reflect" => PadMode.Reflect,
            "edge" => PadMode.Replicate,
            string other => throw node.NotSupported($"pads by {other}; there is no layer for that."),
        };
        double value = mode != PadMode.Constant ? 0
            : node.Has(2) ? NodeImport.Decimal(node.Constant(2, "value").ToFloats().FirstOrDefault()) : node.Float("value", 0);
        bool areZeros = mode == PadMode.Constant && value == 0;
        // What cuts off and pads again pads by zeros what it cut off.
        bool joins = areZeros && node.Padded(0).Padding?.Any(pad => pad.Before < 0 || pad.After < 0) != true;
        NetworkValue input = joins ? node.Padded(0) : node.Value(0);
        (long Before, long After)[] padding = Padding(node, input);
        if (padding.All(pad => pad == (0, 0)))
            return input;
        if (padding[input.BatchAxis] != (0, 0))
            throw node.NotSupported("pads the batch.");
        if (!areZeros)
            return Fill(node, input, padding, mode, value);
        (long Before, long After)[] before = input.Padding ?? new (long, long)[input.Rank];
        return input with
        {
            Dims = [.. input.Dims.Select((dim, i) => checked(dim + padding[i].Before + padding[i].After))],
            Padding = [.. before.Zip(padding, (a, b) => (a.Before + b.Before, a.After + b.After))],
        };
    }

    /// <summary>The padded value by a layer of its own.</summary>
    public static NetworkValue Fill(NodeImport node, NetworkValue value) =>
        Fill(node, WithoutPadding(value), value.Padding!, PadMode.Constant, 0);

    /// <summary>The first input of a node whose windows take over its padding: zeros around the positions.</summary>
    public static NetworkValue ForWindows(NodeImport node) =>
        node.Padded(0).Padding is { } padding && (padding.Any(pad => pad.Before < 0 || pad.After < 0) || padding[1] != (0, 0))
            ? node.Value(0)
            : node.Padded(0);

    /// <summary>The value that is padded, once a layer has taken the padding over.</summary>
    public static NetworkValue WithoutPadding(NetworkValue value) => value.Padding is null ? value : value with
    {
        Dims = [.. value.Dims.Select((dim, axis) => dim - value.Padding[axis].Before - value.Padding[axis].After)],
        Padding = null,
    };

    /// <summary>Whether a value is the output of a layer that gives no negative numbers.</summary>
    public static bool ZeroNeverWins(NodeImport node, NetworkValue value) =>
        node.Network.LayerOf(value.Node) is ReLU or Sigmoid or Softmax;

    private static (long Before, long After)[] Padding(NodeImport node, NetworkValue input)
    {
        long[] pads = node.Ints("pads") ?? node.Ints("paddings") ?? node.Constant(1, "pads").ToIntegers();
        long[] axes = node.OptionalConstant(3, "axes")?.ToIntegers()
            ?? [.. Enumerable.Range(0, input.Rank).Select(axis => (long)axis)];
        if (pads.Length != 2 * axes.Length)
            throw node.Malformed($"has {pads.Length} pads for {axes.Length} axes.");
        (long Before, long After)[] padding = new (long, long)[input.Rank];
        for (int i = 0; i < axes.Length; i++)
            padding[node.Axis(axes[i], input.Rank)] = (pads[i], pads[axes.Length + i]);
        return padding;
    }

    /// <summary>A layer that pads, behind slices where padding is negative.</summary>
    private static NetworkValue Fill(
        NodeImport node, NetworkValue value, (long Before, long After)[] padding, PadMode mode, double number)
    {
        for (int axis = 0; axis < padding.Length; axis++)
        {
            (long before, long after) = padding[axis];
            if (before < 0 || after < 0)
                value = SelectionImport.Part(
                    node, value, axis,
                    new(Math.Max(-before, 0), 1, value.Dims[axis] + Math.Min(before, 0) + Math.Min(after, 0)));
        }
        int[] sizes = new int[2 * value.Example.Length];
        foreach ((int axis, (long before, long after)) in padding.Index().Where(pad => pad.Index != value.BatchAxis))
        {
            int last = 2 * (value.Example.Length - 1 - value.ExampleAxis(axis));
            (sizes[last], sizes[last + 1]) = checked(((int)Math.Max(before, 0), (int)Math.Max(after, 0)));
        }
        int count = Array.FindLastIndex(sizes, size => size > 0) / 2 * 2 + 2;
        long[] dims = [.. value.Dims.Select((dim, i) => dim + Math.Max(padding[i].Before, 0) + Math.Max(padding[i].After, 0))];
        return sizes.All(size => size == 0)
            ? value
            : node.Add(new Pad([.. sizes[..count]], mode, number), value).As(value, dims)
                with { IsInteger = value.IsInteger, RoundedBy = value.RoundedBy };
    }
}
