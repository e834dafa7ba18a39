namespace MLNetExtensions.Networks.Onnx;

/// <summary>Pooling.</summary>
internal static class PoolingImport
{
    public static OnnxValue MaxPool(NodeImport node)
    {
        NetworkValue input = PaddingImport.ForWindows(node);
        // Padding of a pool never wins, the zeros of a Pad node may.
        if (input.Padding is not null && !PaddingImport.ZeroNeverWins(node, input))
            input = node.Value(0);
        return Pool(
            node, input, (axes, padding, ceiling) => axes is [var axis]
                ? new MaxPool1d(axis.Kernel, axis.Stride, padding(axis), ceiling, axis.Dilation)
                : new MaxPool2d(
                    axes.Size(axis => axis.Kernel), axes.Size(axis => axis.Stride), axes.Size(padding), ceiling,
                    axes.Size(axis => axis.Dilation)),
            (_, _) => true);
    }

    public static OnnxValue AveragePool(NodeImport node)
    {
        NetworkValue input = PaddingImport.ForWindows(node);
        bool countsOwn = node.Int("count_include_pad", 0) != 0;
        // Zeros of a Pad node count in any case. Beside padding that does not, they can only be in a layer whose last windows
        // overhang them.
        bool overhangs = input.Padding is not null && !countsOwn;
        if (overhangs && (input.Padding!.Any(pad => pad.Before != pad.After)
            || Windows(node, input with { Padding = null }).Any(axis => axis.Before > 0)))
        {
            input = node.Value(0);
            overhangs = false;
        }
        bool counts = countsOwn || overhangs;
        return Pool(
            node, input,
            (axes, padding, ceiling) =>
            {
                // Without padding nothing tells the two apart, and the layer's default counts it.
                bool includes = counts || (!ceiling && axes.All(axis => padding(axis) == 0));
                return axes is [var axis]
                    ? new AvgPool1d(axis.Kernel, axis.Stride, padding(axis), ceiling, includes)
                    : new AvgPool2d(
                        axes.Size(axis => axis.Kernel), axes.Size(axis => axis.Stride), axes.Size(padding), ceiling, includes);
            },
            (axes, ceiling) => !counts || overhangs
                || axes.All(axis => axis.Ceiling == ceiling && (!ceiling || axis.After == axis.Before)));
    }

    public static OnnxValue GlobalAveragePool(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        return Average(node, input, [.. input.Dims[..2], .. input.Dims[2..].Select(_ => 1L)]);
    }

    public static OnnxValue GlobalMaxPool(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        NetworkValue image = AsImage(node, input);
        Layer layer = image.Rank == 3
            ? new MaxPool1d(checked((int)image.Dims[2]))
            : new MaxPool2d((checked((int)image.Dims[2]), checked((int)image.Dims[3])));
        return node.Add(layer, image).As(input, [.. input.Dims[..2], .. input.Dims[2..].Select(_ => 1L)]);
    }

    public static OnnxValue ReduceMean(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        int[] axes = AxesOf.Reduced(node, input.Rank);
        if (axes.Contains(input.BatchAxis))
            throw node.NotSupported("averages the batch.");
        long[] reduced = [.. input.Dims.Select((dim, axis) => axes.Contains(axis) ? 1 : dim)];
        if (input.Rank == 4 && input.IsPlain && axes.SequenceEqual([2, 3]))
            return Kept(node, Average(node, input, reduced), axes);
        NetworkValue value = input;
        foreach (int axis in axes.Where(axis => input.Dims[axis] != 1))
        {
            long[] dims = [.. value.Dims];
            dims[axis] = 1;
            value = node.Add(new Mean(input.ExampleAxis(axis), KeepDimension: true), value).As(value, dims);
        }
        return Kept(node, value, axes);
    }

    public static OnnxValue ReduceMax(NodeImport node) => Largest(node, node.Value(0));

    // −max(−x).
    public static OnnxValue ReduceMin(NodeImport node) => AffineImport.Apply(
        node, Largest(node, AffineImport.Apply(node, node.Value(0) with { IsExclusive = false }, Affine.Negative)),
        Affine.Negative);

    private static NetworkValue Largest(NodeImport node, NetworkValue input)
    {
        int[] axes = AxesOf.Reduced(node, input.Rank);
        if (axes.Contains(input.BatchAxis))
            throw node.NotSupported("takes the largest of the batch.");
        NetworkValue value = input;
        foreach (int axis in axes.Where(axis => input.Dims[axis] != 1))
        {
            long[] dims = [.. value.Dims];
            dims[axis] = 1;
            // Pooling takes a dimension among others.
            NetworkValue steps = value.Example.Length > 1 ? value : value.AsExample(1, value.Example[0]);
            int dimension = value.Example.Length > 1 ? value.ExampleAxis(axis) : 1;
            value = node.Add(new PoolOverTime(TimePooling.Max, dimension), steps).As(value, dims);
        }
        return Kept(node, value, axes);
    }

    /// <summary>A reduced value with the dimensions of 1 that are left, or without.</summary>
    private static NetworkValue Kept(NodeImport node, NetworkValue value, int[] axes) => node.Int("keepdims", 1) != 0
        ? value
        : ShapeImport.View(node, value, [.. value.Dims.Where((_, axis) => !axes.Contains(axis))]);

    public static OnnxValue ReduceSum(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        double count = AxesOf.Reduced(node, input.Rank).Aggregate(1.0, (product, axis) => product * input.Dims[axis]);
        NetworkValue mean = (NetworkValue)ReduceMean(node);
        return AffineImport.Apply(node, mean, new(null, [count], [0]));
    }

    /// <summary>One of the two products that stand for adaptive pooling: cells of rows or columns, averaged by a matrix; null
    /// when the matrix is another.</summary>
    public static NetworkValue? Adaptive(NodeImport node, NetworkValue input, OnnxConstant matrix, bool isRows)
    {
        if (matrix.Rank != 2 || input.Rank is not (3 or 4) || !input.IsPlain || matrix.Floats is not { } values
            || (isRows && input.Rank == 3))
            return null;
        (int inputs, int outputs) = isRows
            ? ((int)matrix.Dims[1], (int)matrix.Dims[0])
            : ((int)matrix.Dims[0], (int)matrix.Dims[1]);
        float[] averages = AdaptivePooling.Matrix(inputs, outputs);
        if (input.Dims[isRows ? 2 : ^1] != inputs
            || !values.SequenceEqual(isRows ? averages : AdaptivePooling.Transpose(averages, inputs, outputs)))
            return null;
        Layer layer = input.Rank == 3 ? new AdaptiveAvgPool1d(outputs)
            : isRows ? new AdaptiveAvgPool2d(outputs, checked((int)input.Dims[3]))
            : new AdaptiveAvgPool2d(checked((int)input.Dims[2]), outputs);
        return node.Add(layer, input);
    }

    private static NetworkValue Average(NodeImport node, NetworkValue input, long[] dims)
    {
        NetworkValue image = AsImage(node, input);
        return node.Add(image.Rank == 3 ? new AdaptiveAvgPool1d() : new AdaptiveAvgPool2d(), image).As(input, dims);
    }

    /// <summary>Positions of more than two dimensions as those of a sequence.</summary>
    private static NetworkValue AsImage(NodeImport node, NetworkValue input)
    {
        if (input.Rank < 3 || !input.IsPlain)
            throw node.Malformed($"pools the positions of {input.Dims.Text()}, which has none.");
        long positions = input.Dims[2..].Aggregate(1L, (size, dim) => checked(size * dim));
        return input.Rank <= 4 ? input : input with { Dims = [.. input.Dims[..2], positions] };
    }

    private static WindowAxis[] Windows(NodeImport node, NetworkValue input)
    {
        WindowAxis[] axes = WindowAxes.Of(node, input, node.Ints("kernel_shape") ?? throw node.Malformed("has no kernel_shape."));
        return node.Operation == "MaxPool" || axes.All(axis => axis.Dilation == 1)
            ? axes
            : throw node.NotSupported("averages a window with dilation.");
    }

    /// <summary>Adds the layer that has a node's windows. Layers pad both sides of an axis alike.</summary>
    /// <param name="node">The node.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="layer">Makes the layer of windows, padding, and whether a last, partial window counts.</param>
    /// <param name="isSame">Whether with partial windows or without the layer treats padding as the node does.</param>
    private static NetworkValue Pool(
        NodeImport node, NetworkValue input, Func<WindowAxis[], Func<WindowAxis, int>, bool, Layer> layer,
        Func<WindowAxis[], bool, bool> isSame)
    {
        WindowAxis[] axes = Windows(node, input);
        foreach (bool ceiling in new[] { false, true })
        {
            // The same windows from the same start: what lies beyond the last one is never seen.
            bool same = axes.All(axis => (axis with { After = axis.Before, Ceiling = ceiling }).Output == axis.Output);
            if (same && isSame(axes, ceiling))
                return WindowAxes.Add(node, layer(axes, axis => axis.Before, ceiling), null, input);
        }
        // Windows that begin before the first are left out.
        bool fits = axes.All(axis => !axis.Ceiling && Math.Max(axis.After - axis.Before, 0) % axis.Stride == 0);
        if (!fits || !isSame(axes, false))
        {
            string pads = string.Join(", ", axes.Select(axis => $"{axis.Before} before and {axis.After} after an axis"));
            throw node.NotSupported($"pads {pads}, which no pooling layer does.");
        }
        NetworkValue output =
            WindowAxes.Add(node, layer(axes, axis => Math.Max(axis.Before, axis.After), false), null, input);
        for (int i = 0; i < axes.Length; i++)
        {
            int first = Math.Max(axes[i].After - axes[i].Before, 0) / axes[i].Stride;
            output = SelectionImport.Part(node, output, i + 2, new(first, 1, axes[i].Output));
        }
        return output;
    }
}
