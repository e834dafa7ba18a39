using System.Diagnostics.CodeAnalysis;

namespace MLNetExtensions.Networks.Onnx;

/// <summary>Operators on constants that compute each value by itself, and reductions.</summary>
internal static class ElementwiseFolding
{
    private static readonly
        Dictionary<string, (Func<double, double, double> Floats, Func<long, long, long> Integers)> Binary = new()
    {
        ["Add"] = ((a, b) => a + b, (a, b) => checked(a + b)),
        ["Sub"] = ((a, b) => a - b, (a, b) => checked(a - b)),
        ["Mul"] = ((a, b) => a * b, (a, b) => checked(a * b)),
        ["Div"] = ((a, b) => a / b, Quotient),
        ["Pow"] = (Math.Pow, (a, b) => checked((long)Math.Pow(a, b))),
        ["Max"] = (Math.Max, Math.Max),
        ["Min"] = (Math.Min, Math.Min),
    };

    private static readonly
        Dictionary<string, (Func<double, double, bool> Floats, Func<long, long, bool> Integers)> Comparisons = new()
    {
        ["Equal"] = ((a, b) => a == b, (a, b) => a == b),
        ["Greater"] = ((a, b) => a > b, (a, b) => a > b),
        ["GreaterOrEqual"] = ((a, b) => a >= b, (a, b) => a >= b),
        ["Less"] = ((a, b) => a < b, (a, b) => a < b),
        ["LessOrEqual"] = ((a, b) => a <= b, (a, b) => a <= b),
        ["And"] = ((a, b) => a != 0 && b != 0, (a, b) => a != 0 && b != 0),
        ["Or"] = ((a, b) => a != 0 || b != 0, (a, b) => a != 0 || b != 0),
    };

    private static readonly Dictionary<string, Func<double, double>> Unary = new()
    {
        ["Neg"] = value => -value,
        ["Abs"] = Math.Abs,
        ["Sqrt"] = Math.Sqrt,
        ["Reciprocal"] = value => 1 / value,
        ["Exp"] = Math.Exp,
        ["Log"] = Math.Log,
        ["Floor"] = Math.Floor,
        ["Ceil"] = Math.Ceiling,
        ["Round"] = value => Math.Round(value, MidpointRounding.ToEven),
        ["Sin"] = Math.Sin,
        ["Cos"] = Math.Cos,
        ["Sign"] = value => double.IsNaN(value) ? value : Math.Sign(value),
        ["Not"] = value => value == 0 ? 1 : 0,
    };

    public static bool TryGet(string operation, [NotNullWhen(true)] out Func<NodeImport, ConstantFolding, OnnxConstant>? fold)
    {
        fold = Binary.TryGetValue(operation, out var binary)
            ? (node, folding) => Combine(node, folding, binary.Floats, binary.Integers)
            : Comparisons.TryGetValue(operation, out var compare)
                ? (node, folding) => Compare(node, folding, compare.Floats, compare.Integers)
            : Unary.TryGetValue(operation, out var function) ? (node, folding) => Apply(node, folding, function)
            : null;
        return fold is not null;
    }

    public static OnnxConstant Cast(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        return node.Int("to", 0) switch
        {
            (long)TensorProto.Types.DataType.Float or (long)TensorProto.Types.DataType.Double
                or (long)TensorProto.Types.DataType.Float16 or (long)TensorProto.Types.DataType.Bfloat16 => AsFloats(value),
            (long)TensorProto.Types.DataType.Bool =>
                new(value.Dims, [.. value.ToFloats().Select(number => number == 0 ? 0L : 1L)]),
            (long)TensorProto.Types.DataType.String =>
                throw node.NotSupported("makes text of numbers."),
            _ => value.Integers is not null ? value : new(value.Dims, value.ToIntegers()),
        };
    }

    public static OnnxConstant CastLike(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        return node.Constant(1, "type").Floats is not null
            ? AsFloats(value)
            : value.Integers is not null ? value : new(value.Dims, value.ToIntegers());
    }

    public static OnnxConstant ReduceProd(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        int[] axes = AxesOf.Reduced(node, value.Rank);
        if (axes.Length != value.Rank)
            throw node.NotSupported("multiplies along some dimensions of a constant only.");
        long[] dims = node.Int("keepdims", 1) != 0 ? [.. value.Dims.Select(_ => 1L)] : [];
        return value.Floats is { } floats
            ? new(dims, [floats.Aggregate(1f, (product, number) => product * number)])
            : new(dims, [value.Integers!.Aggregate(1L, (product, number) => checked(product * number))]);
    }

    public static OnnxConstant Where(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant condition = node.Constant(0, "condition"), yes = node.Constant(1, "value"), no = node.Constant(2, "value");
        long[] dims = Strides.Common(condition.Dims, Strides.Common(yes.Dims, no.Dims) ?? throw Misfit()) ?? throw Misfit();
        int count = folding.Count(node, dims);
        int[] where = Places(condition), first = Places(yes), second = Places(no);
        float[] truth = condition.ToFloats();
        return yes.Integers is { } a && no.Integers is { } b
            ? new(dims, Choose(a, b))
            : new(dims, Choose(yes.ToFloats(), no.ToFloats()));

        T[] Choose<T>(T[] yes, T[] no) => [.. where.Select((place, i) => truth[place] != 0 ? yes[first[i]] : no[second[i]])];

        int[] Places(OnnxConstant value) => Strides.Places(dims, Strides.Broadcast(value.Dims, dims), count);
        FormatException Misfit() => node.Malformed("takes constants of dimensions that don't fit each other.");
    }

    private static OnnxConstant Combine(
        NodeImport node, ConstantFolding folding, Func<double, double, double> floats, Func<long, long, long> integers)
    {
        (OnnxConstant a, OnnxConstant b, long[] dims, int[] first, int[] second) = Pair(node, folding);
        if (a.Integers is { } left && b.Integers is { } right)
            return new(dims, [.. first.Select((place, i) => integers(left[place], right[second[i]]))]);
        float[] x = a.ToFloats(), y = b.ToFloats();
        return new(dims, [.. first.Select((place, i) => (float)floats(x[place], y[second[i]]))]);
    }

    private static OnnxConstant Compare(
        NodeImport node, ConstantFolding folding, Func<double, double, bool> floats, Func<long, long, bool> integers)
    {
        (OnnxConstant a, OnnxConstant b, long[] dims, int[] first, int[] second) = Pair(node, folding);
        if (a.Integers is { } left && b.Integers is { } right)
            return new(dims, [.. first.Select((place, i) => IsTrue(left[place], right[second[i]]) ? 1L : 0L)]);
        float[] x = a.ToFloats(), y = b.ToFloats();
        return new(dims, [.. first.Select((place, i) => floats(x[place], y[second[i]]) ? 1L : 0L)]);

        // The size of the batch is above 0, and more is not known of it.
        bool IsTrue(long a, long b) => a.IsBatch() == b.IsBatch() || Math.Min(a, b) <= 0
            ? integers(a, b)
            : throw node.NotSupported("compares the size of the batch, which any is to do for.");
    }

    private static (OnnxConstant A, OnnxConstant B, long[] Dims, int[] First, int[] Second) Pair(
        NodeImport node, ConstantFolding folding)
    {
        if (node.InputCount != 2)
            throw node.NotSupported($"combines {node.InputCount} constants; two are supported.");
        OnnxConstant a = node.Constant(0, "value"), b = node.Constant(1, "value");
        long[] dims = Strides.Common(a.Dims, b.Dims)
            ?? throw node.Malformed($"combines constants of dimensions {a.Dims.Text()} and {b.Dims.Text()}.");
        int count = folding.Count(node, dims);
        return (
            a, b, dims, Strides.Places(dims, Strides.Broadcast(a.Dims, dims), count),
            Strides.Places(dims, Strides.Broadcast(b.Dims, dims), count));
    }

    private static OnnxConstant Apply(NodeImport node, ConstantFolding folding, Func<double, double> function)
    {
        OnnxConstant value = node.Constant(0, "value");
        folding.Count(node, value.Dims);
        return value.Integers is { } integers
            ? new(value.Dims, [.. integers.Select(number => checked((long)function(number)))])
            : new(value.Dims, [.. value.Floats!.Select(number => (float)function(number))]);
    }

    private static OnnxConstant AsFloats(OnnxConstant value) =>
        value.Floats is not null ? value : new(value.Dims, value.ToFloats());

    private static long Quotient(long a, long b) => b != 0 ? a / b : throw new OverflowException("a division by 0.");
}
