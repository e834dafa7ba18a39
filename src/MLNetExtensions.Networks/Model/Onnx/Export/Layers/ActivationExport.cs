namespace MLNetExtensions.Networks.Onnx;

/// <summary>Activations that are more than an operator of the same name.</summary>
internal static class ActivationExport
{
    private const int ClipOfInputsOpset = 11, HardSwishOpset = 14, GeluOpset = 20;

    /// <summary>Below this threshold softplus and the identity behind it differ by more than rounding.</summary>
    private const double InvisibleThreshold = 16;

    /// <summary>Before, Softmax took all dimensions from its axis on as one.</summary>
    private const int SoftmaxOfOneAxisOpset = 13;

    /// <summary>The slope and offset of PyTorch's hardsigmoid.</summary>
    private static AttributeProto[] SixthAndHalf => [OnnxAttribute.Float("alpha", 1.0 / 6), OnnxAttribute.Float("beta", 0.5)];

    public static string LeakyReLU(LeakyReLU layer, LayerExport export) =>
        export.Emit("LeakyRelu", OnnxAttribute.Float("alpha", layer.NegativeSlope));

    public static string PReLU(PReLU layer, LayerExport export) => export.Emit(
        "PRelu",
        [export.Input, layer.Slopes == 1 ? export.Parameter("weight") : NormExport.OfChannels(export, "weight")]);

    public static string ReLU6(LayerExport export) => export.Opset >= ClipOfInputsOpset
        ? export.Emit("Clip", [export.Input, export.Constant("low", 0.0), export.Constant("high", 6.0)])
        : export.Emit("Clip", OnnxAttribute.Float("min", 0), OnnxAttribute.Float("max", 6));

    public static string ELU(ELU layer, LayerExport export) => export.Emit("Elu", OnnxAttribute.Float("alpha", layer.Alpha));

    public static string Softplus(Softplus layer, LayerExport export)
    {
        bool isPlain = layer.Beta == 1, isWhole = layer.Threshold >= InvisibleThreshold;
        if (isPlain && isWhole)
            return export.Emit("Softplus");
        string beta = isPlain ? "" : export.Constant("beta", layer.Beta);
        string softplus = export.Step("Softplus", [isPlain ? export.Input : export.Step("Mul", [export.Input, beta])]);
        if (isWhole)
            return export.Emit("Div", [softplus, beta]);
        string smooth = isPlain ? softplus : export.Step("Div", [softplus, beta]);
        string isAbove = export.Step("Greater", [export.Input, export.Constant("threshold", layer.Threshold / layer.Beta)]);
        return export.Emit("Where", [isAbove, export.Input, smooth]);
    }

    public static string Hardsigmoid(LayerExport export) => export.Emit("HardSigmoid", SixthAndHalf);

    public static string Hardswish(LayerExport export) => export.Opset >= HardSwishOpset
        ? export.Emit("HardSwish")
        : export.Emit("Mul", [export.Input, export.Step("HardSigmoid", [export.Input], SixthAndHalf)]);

    public static string GELU(LayerExport export)
    {
        if (export.Opset >= GeluOpset)
            return export.Emit("Gelu");
        // x · (1 + erf(x/√2)) / 2.
        string erf = export.Step("Erf", [export.Step("Div", [export.Input, export.Constant("root", Math.Sqrt(2))])]);
        string doubled = export.Step("Mul", [export.Input, export.Step("Add", [erf, export.Constant("one", 1.0)])]);
        return export.Emit("Mul", [doubled, export.Constant("half", 0.5)]);
    }

    public static string SiLU(LayerExport export) =>
        export.Emit("Mul", [export.Input, export.Step("Sigmoid", [export.Input])]);

    /// <param name="export">The layer.</param>
    /// <param name="operation">Softmax or LogSoftmax.</param>
    public static string Softmax(LayerExport export, string operation)
    {
        int rank = export.InputShape.Rank;
        if (export.Opset >= SoftmaxOfOneAxisOpset || rank == 1)
            return export.Emit(operation, OnnxAttribute.Int("axis", 1));
        long[] there = [0, .. Axes(2), 1], back = [0, rank, .. Axes(1)];
        string last = export.Step("Transpose", [export.Input], OnnxAttribute.Ints("perm", there));
        string softmax = export.Step(operation, [last], OnnxAttribute.Int("axis", rank));
        return export.Emit("Transpose", [softmax], OnnxAttribute.Ints("perm", back));

        IEnumerable<long> Axes(int first) => Enumerable.Range(first, rank - 1).Select(axis => (long)axis);
    }
}
