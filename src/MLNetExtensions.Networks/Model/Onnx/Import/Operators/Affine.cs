namespace MLNetExtensions.Networks.Onnx;

/// <summary>y = scale · x + shift, the same for all values, or one of each along an axis of the example or for every value of
/// it.</summary>
/// <param name="Axis">The axis, among the dimensions of one example; null when there is one scale and shift for all values, or
/// one for each.</param>
/// <param name="Scales">The scales.</param>
/// <param name="Shifts">The shifts.</param>
internal sealed record Affine(int? Axis, double[] Scales, double[] Shifts)
{
    /// <summary>y = −x.</summary>
    public static Affine Negative { get; } = new(null, [-1], [0]);

    public bool IsScaling => Scales.Any(scale => scale != 1);

    public bool IsShifting => Shifts.Any(shift => shift != 0);

    /// <summary>Whether one scale and shift hold for all values.</summary>
    public bool IsUniform => Scales.Length == 1;

    /// <summary>Whether no sign changes and nothing is lost, so that dividing undoes it.</summary>
    public bool IsPositive => Scales.All(scale => scale > 0 && float.IsFinite((float)(1 / scale)));

    /// <summary>y = x · function(constant).</summary>
    public static Affine Scale(NodeImport node, NetworkValue value, OnnxConstant constant, Func<double, double> function)
    {
        (int? axis, float[] numbers) = Along(node, value, constant);
        return new(axis, [.. numbers.Select(number => function(number))], new double[numbers.Length]);
    }

    /// <summary>y = sign · x + factor · constant.</summary>
    public static Affine Shift(NodeImport node, NetworkValue value, OnnxConstant constant, double sign, double factor)
    {
        (int? axis, float[] numbers) = Along(node, value, constant);
        return new(axis, [.. numbers.Select(_ => sign)], [.. numbers.Select(number => factor * number)]);
    }

    /// <summary>The same with a scale and shift for each of so many.</summary>
    public Affine Repeated(int count) =>
        IsUniform ? this with { Scales = Repeat(Scales[0], count), Shifts = Repeat(Shifts[0], count) } : this;

    /// <summary>The same with a scale and shift for each value of an example.</summary>
    public Affine OfEach(long[] example)
    {
        int count = OnnxTensorReader.ElementCount(example) ?? throw new OverflowException();
        if (Axis is not { } axis)
            return Repeated(count);
        int stride = Strides.Of(example)[axis];
        int[] places = [.. Enumerable.Range(0, count).Select(i => i / stride % Scales.Length)];
        return new(null, Array.ConvertAll(places, i => Scales[i]), Array.ConvertAll(places, i => Shifts[i]));
    }

    private static double[] Repeat(double value, int count) => [.. Enumerable.Repeat(value, count)];

    /// <summary>Along which axis of an example a constant varies, and its values there; no axis when it is one number, or varies
    /// along several and there is one for each value.</summary>
    private static (int? Axis, float[] Values) Along(NodeImport node, NetworkValue value, OnnxConstant constant)
    {
        long[] dims = constant.Dims;
        // Before opset 7 a constant could be aligned to any axis.
        if (node.Opset < 7 && node.Int("broadcast", 0) != 0 && node.Int("axis", -1) is >= 0 and var first)
            dims = [.. dims, .. Enumerable.Repeat(1L, (int)Math.Clamp(value.Rank - first - dims.Length, 0, value.Rank))];
        int missing = value.Rank - dims.Length;
        int[] varying = [.. Enumerable.Range(0, dims.Length).Where(axis => dims[axis] != 1)];
        if (missing < 0 || varying.Any(axis => axis + missing == value.BatchAxis || dims[axis] != value.Dims[axis + missing]))
            throw node.NotSupported(
                $"combines {value.Dims.Text()} with a constant of dimensions {constant.Dims.Text()}; one that is the same for " +
                "every example, and no larger, is supported.");
        float[] values = constant.ToFloats();
        if (values.AsSpan().IndexOfAnyExcept(values[0]) < 0)
            return (null, values[..1]);
        if (varying.Length == 1)
            return (value.ExampleAxis(varying[0] + missing), values);
        long[] example = value.Example;
        long[] aligned = value.ExampleOf([.. Enumerable.Repeat(1L, missing), .. dims]);
        int count = OnnxTensorReader.ElementCount(example) ?? throw new OverflowException();
        int[] places = Strides.Places(example, Strides.Broadcast(aligned, example), count);
        return (null, Array.ConvertAll(places, i => values[i]));
    }
}
