namespace MLNetExtensions.Networks.Onnx;

/// <summary>Padding: part of the convolution or pooling behind it, or layers of its own.</summary>
internal static class PaddingImport
{
    public static OnnxValue Pad(NodeImport node)
    {
        string mode = node.Text("mode", "constant");
        double value = node.Has(2) ? node.Constant(2, "value").ToFloats().FirstOrDefault() : node.Float("value", 0);
        if (mode != "constant")
            throw node.NotSupported($"pads by {mode}; only constants are supported.");
        NetworkValue input = value == 0 ? node.Padded(0) : node.Value(0);
        long[] pads = node.Ints("pads") ?? node.Ints("paddings") ?? node.Constant(1, "pads").ToIntegers();
        long[] axes = node.OptionalConstant(3, "axes")?.ToIntegers()
            ?? [.. Enumerable.Range(0, input.Rank).Select(axis => (long)axis)];
        if (pads.Length != 2 * axes.Length)
            throw node.Malformed($"has {pads.Length} pads for {axes.Length} axes.");
        (long Before, long After)[] padding = input.Padding is null ? new (long, long)[input.Rank] : [.. input.Padding];
        long[] dims = [.. input.Dims];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = node.Axis(axes[i], input.Rank);
            (long before, long after) = (pads[i], pads[axes.Length + i]);
            if (before == 0 && after == 0)
                continue;
            if (axis == input.BatchAxis)
                throw node.NotSupported("pads the batch.");
            padding[axis] = (padding[axis].Before + before, padding[axis].After + after);
            dims[axis] = checked(dims[axis] + before + after);
        }
        if (dims.SequenceEqual(input.Dims) && padding.All(pad => pad == (0, 0)))
            return input;
        if (value == 0)
            return input with { Dims = dims, Padding = padding };
        NetworkValue shifted = AffineImport.Apply(node, input with { IsExclusive = false }, new(null, [1], [-value]));
        return AffineImport.Apply(node, Fill(node, shifted with { Dims = dims, Padding = padding }), new(null, [1], [value]));
    }

    /// <summary>The padded value by layers of its own: convolutions with a single 1, whose padding are the zeros, and slices
    /// where padding is negative.</summary>
    public static NetworkValue Fill(NodeImport node, NetworkValue value)
    {
        (long Before, long After)[] padding = [.. value.Padding!];
        long[] dims = value.Dims;
        value = WithoutPadding(value);
        for (int axis = 0; axis < padding.Length; axis++)
        {
            (long before, long after) = padding[axis];
            if (before >= 0 && after >= 0)
                continue;
            value = SelectionImport.Part(
                node, value, axis, new(Math.Max(-before, 0), 1, value.Dims[axis] + Math.Min(before, 0) + Math.Min(after, 0)));
            padding[axis] = (Math.Max(before, 0), Math.Max(after, 0));
        }
        if (padding.All(pad => pad == (0, 0)))
            return value;
        if (!value.IsPlain || value.Rank is < 2 or > 4)
            throw node.NotSupported($"pads {value.Dims.Text()}; features, rows and images are supported.");
        int channels = checked((int)value.Dims[1]), wider = checked((int)(channels + padding[1].Before + padding[1].After));
        long[] spatial = value.Dims[2..], sides = [1, 1, .. spatial];
        value = value.AsExample(channels, sides[^2], sides[^1]);
        if (wider > channels)
        {
            float[] weight = new float[checked(wider * channels)];
            for (int c = 0; c < channels; c++)
                weight[(c + (int)padding[1].Before) * channels + c] = 1;
            value = node.Network.Add(
                node, new Conv2d(wider, 1, Bias: false), null, [node.Network.Materialize(node, value)],
                ("weight", new(new(wider, channels, 1, 1), weight)));
        }
        (long Before, long After)[] around = [(0, 0), (0, 0), .. padding[2..]];
        if (around.Any(pad => pad != (0, 0)))
            value = Surround(node, value, wider, around[^2], around[^1]);
        return value with { Dims = dims };
    }

    private static NetworkValue Surround(
        NodeImport node, NetworkValue image, int channels, (long Before, long After) rows, (long Before, long After) columns)
    {
        (int top, int height, int row) = Axis(rows);
        (int left, int width, int column) = Axis(columns);
        float[] weight = new float[checked(channels * height * width)];
        for (int c = 0; c < channels; c++)
            weight[(c * height + row) * width + column] = 1;
        return node.Network.Add(
            node, new Conv2d(channels, (height, width), Padding: (top, left), Groups: channels, Bias: false), null,
            [node.Network.Materialize(node, image)],
            ("weight", new(new(channels, 1, height, width), weight)));

        // Padding on both sides as on the larger one, and a kernel that leaves out what is too much of the other.
        static (int Padding, int Kernel, int Tap) Axis((long Before, long After) zeros)
        {
            int padding = checked((int)Math.Max(zeros.Before, zeros.After));
            return (padding, checked((int)Math.Abs(zeros.Before - zeros.After)) + 1, padding - (int)zeros.Before);
        }
    }

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
}
