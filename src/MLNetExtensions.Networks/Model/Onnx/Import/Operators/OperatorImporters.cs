namespace MLNetExtensions.Networks.Onnx;

/// <summary>The importer of each operator. A new one is imported by one more line here and the method that it names.</summary>
internal static class OperatorImporters
{
    private static readonly Dictionary<string, Func<NodeImport, OnnxValue>> Importers = new()
    {
        ["Abs"] = ActivationImport.Abs,
        ["Add"] = ArithmeticImport.Add,
        ["And"] = ConditionImport.And,
        ["Attention"] = AttentionImport.Attention,
        ["AveragePool"] = PoolingImport.AveragePool,
        ["BatchNormalization"] = NormImport.BatchNormalization,
        ["Cast"] = ShapeImport.Cast,
        ["CastLike"] = ShapeImport.CastLike,
        ["Celu"] = ActivationImport.Celu,
        ["Clip"] = ActivationImport.Clip,
        ["Concat"] = MergingImport.Concat,
        ["Conv"] = ConvolutionImport.Conv,
        ["ConvTranspose"] = ConvTransposeImport.ConvTranspose,
        ["DepthToSpace"] = ResizeImport.DepthToSpace,
        ["Div"] = ArithmeticImport.Div,
        ["Dropout"] = ShapeImport.Dropout,
        ["Equal"] = ConditionImport.Equal,
        ["Expand"] = SelectionImport.Expand,
        ["Elu"] = node => node.Map(new ELU(node.Float("alpha", 1)), node.Value(0)),
        ["Flatten"] = ShapeImport.Flatten,
        ["Gather"] = SelectionImport.Gather,
        ["Gelu"] = ActivationImport.Gelu,
        ["Gemm"] = LinearImport.Gemm,
        ["GlobalAveragePool"] = PoolingImport.GlobalAveragePool,
        ["GlobalMaxPool"] = PoolingImport.GlobalMaxPool,
        ["GroupNormalization"] = NormImport.GroupNormalization,
        ["HardSigmoid"] = ActivationImport.HardSigmoid,
        ["HardSwish"] = node => node.Map(new Hardswish(), node.Value(0)),
        ["Identity"] = node => node.Any(0),
        ["InstanceNormalization"] = NormImport.InstanceNormalization,
        ["LayerNormalization"] = NormImport.LayerNormalization,
        ["LeakyRelu"] = node => node.Map(new LeakyReLU(node.Float("alpha", 0.01)), node.Value(0)),
        ["LogSoftmax"] = node => ActivationImport.Softmax(node, new LogSoftmax()),
        ["LogSigmoid"] = ActivationImport.LogSigmoid,
        ["LRN"] = NormImport.LocalResponseNorm,
        ["MatMul"] = LinearImport.MatMul,
        ["Max"] = ActivationImport.Max,
        ["MaxPool"] = PoolingImport.MaxPool,
        ["Min"] = ActivationImport.Min,
        ["Mish"] = ActivationImport.Mish,
        ["Mul"] = ArithmeticImport.Mul,
        ["Neg"] = ArithmeticImport.Neg,
        ["Not"] = ConditionImport.Not,
        ["Pad"] = PaddingImport.Pad,
        ["PaddingMask"] = node => node.Map(new PaddingMask((int)node.Int("padding", 0)), node.Value(0)),
        ["Pow"] = ArithmeticImport.Pow,
        ["PRelu"] = ActivationImport.PRelu,
        ["ReduceMean"] = PoolingImport.ReduceMean,
        ["ReduceSum"] = PoolingImport.ReduceSum,
        ["ReduceMax"] = PoolingImport.ReduceMax,
        ["ReduceMin"] = PoolingImport.ReduceMin,
        ["Relu"] = node => node.Map(new ReLU(), node.Value(0)),
        ["Reshape"] = ShapeImport.Reshape,
        ["Resize"] = ResizeImport.Resize,
        ["Selu"] = ActivationImport.Selu,
        ["SequenceMask"] = ConditionImport.IsBelowLength,
        ["Sigmoid"] = node => node.Map(new Sigmoid(), node.Value(0)),
        ["Slice"] = SelectionImport.Slice,
        ["Softmax"] = node => ActivationImport.Softmax(node, new Softmax()),
        ["Softplus"] = node => node.Map(new Softplus(node.Float("beta", 1), node.Float("threshold", 20)), node.Value(0)),
        ["SpaceToDepth"] = ResizeImport.SpaceToDepth,
        ["Squeeze"] = ShapeImport.Squeeze,
        ["Sub"] = ArithmeticImport.Sub,
        ["Sum"] = ArithmeticImport.Add,
        ["Swish"] = ActivationImport.Swish,
        ["Tanh"] = node => node.Map(new Tanh(), node.Value(0)),
        ["Tile"] = SelectionImport.Tile,
        ["Transpose"] = ShapeImport.Transpose,
        ["Unsqueeze"] = ShapeImport.Unsqueeze,
        ["Upsample"] = ResizeImport.Resize,
        ["Where"] = ConditionImport.Where,
    };

    /// <summary>Those of several outputs, of which what nobody takes is null.</summary>
    private static readonly Dictionary<string, Func<NodeImport, IReadOnlyList<OnnxValue?>>> Several = new()
    {
        ["GRU"] = RecurrentImport.Gru,
        ["LSTM"] = RecurrentImport.Lstm,
        ["Split"] = SelectionImport.Split,
    };

    /// <summary>Adds what a node computes to the network.</summary>
    /// <returns>The values of the node's outputs, or of its first ones.</returns>
    /// <exception cref="NotSupportedException">No layer computes it.</exception>
    public static IReadOnlyList<OnnxValue?> Import(NodeImport node)
    {
        bool isStandard = node.Proto.Domain is "" or "ai.onnx" or GraphRewriting.Domain
            || (node.Proto.Domain == "com.microsoft" && node.Operation == "Gelu");
        if (isStandard && Several.TryGetValue(node.Operation, out Func<NodeImport, IReadOnlyList<OnnxValue?>>? several))
            return several(node);
        return isStandard && Importers.TryGetValue(node.Operation, out Func<NodeImport, OnnxValue>? importer)
            ? [importer(node)]
            : throw node.NotSupported("has an operator that no layer computes.");
    }
}
