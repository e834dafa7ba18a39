namespace MLNetExtensions.Networks.Onnx;

/// <summary>Truth values, 1 and 0, and choices between values by them: how exporters write masks.</summary>
internal static class ConditionImport
{
    /// <summary>Below this, what is added to a score hides it: no softmax leaves anything of it.</summary>
    private const double Hidden = -1e9;

    /// <summary>Further numbers are not finite when they are multiplied.</summary>
    private const double Furthest = 1e30;

    private static readonly Affine Opposite = new(null, [-1], [1]);

    /// <summary>Whether whole numbers are a certain one.</summary>
    public static OnnxValue Equal(NodeImport node)
    {
        int index = node.Input(0) is OnnxConstant ? 1 : 0;
        NetworkValue value = node.Any(index);
        if (!value.IsInteger || node.Input(1 - index) is not OnnxConstant { Count: 1 } constant
            || constant.ToFloats()[0] is not (>= 0 and < 1 << 24 and var number))
            throw node.NotSupported("compares other things than ids with one id; there is no layer for that.");
        return Not(node, Truth(node.Map(new PaddingMask((int)number), value)));
    }

    /// <summary>Whether the places of a sequence are below its length: what <see cref="MaskRule"/> finds.</summary>
    public static OnnxValue IsBelowLength(NodeImport node)
    {
        NetworkValue length = node.Value(0);
        if (length.BatchAxis == length.Rank - 1 || length.Example.Any(size => size != 1))
            throw node.NotSupported(
                $"compares {length.Dims.Text()} with places; one length an example is supported, behind the batch.");
        SequenceMask layer = new((int)node.Int("length", 0));
        return node.Add(layer, length).As(length, [.. length.Dims[..^1], layer.MaxLength]);
    }

    /// <summary>Whether whole numbers are not 0.</summary>
    public static NetworkValue IsAny(NodeImport node) => Truth(node.Map(new PaddingMask(), node.Any(0)));

    public static OnnxValue Not(NodeImport node) => Not(node, node.Value(0));

    public static OnnxValue And(NodeImport node) => Truth(ArithmeticImport.Product(node, node.Value(0), node.Value(1)));

    public static OnnxValue Where(NodeImport node)
    {
        (OnnxValue whenTrue, OnnxValue whenFalse) = (node.Input(1), node.Input(2));
        if (node.Input(0) is OnnxConstant condition)
            return ByConstant(node, condition);
        NetworkValue isTrue = node.Value(0) with { IsExclusive = false };
        if (whenTrue is OnnxConstant && whenFalse is OnnxConstant)
        {
            (double first, double second) = (Number(node, whenTrue), Number(node, whenFalse));
            // One of them far from the other takes its digits with it.
            return (float)(first - second) + (float)second == (float)first
                ? AffineImport.Apply(node, isTrue, new(null, [first - second], [second]))
                : ArithmeticImport.Sum(node, Scaled(isTrue, first), Scaled(Not(node, isTrue), second));
        }
        return ArithmeticImport.Sum(node, Chosen(isTrue, 1, whenFalse), Chosen(Not(node, isTrue), 2, whenTrue));

        // One of the two summands: the branch where it is chosen, 0 elsewhere. A score that the other one hides may stay.
        NetworkValue Chosen(NetworkValue chosen, int index, OnnxValue other)
        {
            if (node.Input(index) is OnnxConstant)
                return Scaled(chosen, Number(node, node.Input(index)));
            return other is OnnxConstant && Number(node, other) <= Hidden
                ? node.Value(index)
                : ArithmeticImport.Product(node, chosen, node.Value(index));
        }

        NetworkValue Scaled(NetworkValue chosen, double number) => AffineImport.Apply(node, chosen, new(null, [number], [0]));
    }

    /// <summary>A choice that is the same for every example, as that of a causal mask.</summary>
    private static NetworkValue ByConstant(NodeImport node, OnnxConstant condition)
    {
        if (node.Input(1) is NetworkValue && node.Input(2) is NetworkValue)
            return ArithmeticImport.Sum(node, Scaled(1, true), Scaled(2, false));
        int index = node.Input(1) is NetworkValue ? 1 : 2;
        double number = Number(node, node.Input(3 - index));
        NetworkValue kept = number <= Hidden ? node.Value(index) : Scaled(index, index == 1);
        OnnxConstant added = new(
            condition.Dims, Array.ConvertAll(condition.ToFloats(), flag => (flag != 0) == (index == 1) ? 0 : (float)number));
        return AffineImport.Apply(node, kept, Affine.Shift(node, kept, added, 1, 1));

        NetworkValue Scaled(int branch, bool when)
        {
            NetworkValue value = node.Value(branch) with { IsExclusive = false };
            return AffineImport.Apply(node, value, Affine.Scale(node, value, condition, flag => (flag != 0) == when ? 1 : 0));
        }
    }

    private static NetworkValue Not(NodeImport node, NetworkValue value) => Truth(AffineImport.Apply(node, value, Opposite));

    private static NetworkValue Truth(NetworkValue value) => value with { IsInteger = true };

    private static double Number(NodeImport node, OnnxValue value) => value is OnnxConstant { Count: > 0 } constant
        && constant.ToFloats() is var numbers && numbers.AsSpan().IndexOfAnyExcept(numbers[0]) < 0 && !float.IsNaN(numbers[0])
        ? Math.Clamp(NodeImport.Decimal(numbers[0]), -Furthest, Furthest)
        : throw node.NotSupported("chooses constants that are NaN or differ from place to place.");
}
