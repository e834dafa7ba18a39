namespace MLNetExtensions.Networks.Onnx;

/// <summary>A constant tensor: floating-point numbers as Single, all others (integers, truth values) as 64-bit
/// integers.</summary>
internal sealed record OnnxConstant : OnnxValue
{
    public OnnxConstant(long[] dims, float[] floats)
        : base(dims) => Floats = floats;

    public OnnxConstant(long[] dims, long[] integers)
        : base(dims) => Integers = integers;

    /// <summary>The floating-point numbers, row-major.</summary>
    public float[]? Floats { get; }

    /// <summary>The integers, row-major.</summary>
    public long[]? Integers { get; }

    /// <summary>The initialiser whose values these are, transposed or reshaped or as they were.</summary>
    public string? Origin { get; init; }

    public int Count => Floats?.Length ?? Integers!.Length;

    /// <summary>A vector of integers.</summary>
    public static OnnxConstant Vector(params long[] values) => new([values.Length], values);

    /// <summary>The values as integers.</summary>
    public long[] ToIntegers() => Integers ?? [.. Floats!.Select(value => checked((long)value))];

    /// <summary>The values as floating-point numbers.</summary>
    public float[] ToFloats() => Floats ?? [.. Integers!.Select(value => (float)value)];

    /// <summary>The same values under other dimensions.</summary>
    public OnnxConstant Reshape(long[] dims) =>
        Floats is not null ? new(dims, Floats) { Origin = Origin } : new(dims, Integers!) { Origin = Origin };

    /// <summary>The same values in another order: <paramref name="source"/>[i] is the place of value i.</summary>
    public OnnxConstant Pick(long[] dims, int[] source) => Floats is not null
        ? new(dims, Array.ConvertAll(source, i => Floats[i]))
        : new(dims, Array.ConvertAll(source, i => Integers![i]));
}
