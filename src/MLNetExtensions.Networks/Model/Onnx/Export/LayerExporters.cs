namespace MLNetExtensions.Networks.Onnx;

/// <summary>The exporter of each layer. A new layer is exported by one more line here and the method that it names.</summary>
internal static class LayerExporters
{
    private static readonly Dictionary<Type, Func<LayerExport, string>> Exporters = new()
    {
        [typeof(Add)] = MergingExport.Add,
        [typeof(Concat)] = MergingExport.Concat,
        [typeof(Subtract)] = export => export.Emit("Sub", export.Inputs),
        [typeof(Multiply)] = export => export.Emit("Mul", export.Inputs),
        [typeof(MeanSquaredDifference)] = MergingExport.MeanSquaredDifference,
        [typeof(MatMul)] = export => export.Emit("MatMul", export.Inputs),
        [typeof(Conv1d)] = Of<Conv1d>(ConvolutionExport.Conv1d),
        [typeof(Conv2d)] = Of<Conv2d>(ConvolutionExport.Conv2d),
        [typeof(ConvTranspose2d)] = Of<ConvTranspose2d>(ConvolutionExport.ConvTranspose2d),
        [typeof(Upsample)] = Of<Upsample>(UpsampleExport.Upsample),
        [typeof(Linear)] = Of<Linear>(LinearExport.Linear),
        [typeof(BatchNorm1d)] = Of<BatchNorm>(NormExport.BatchNorm),
        [typeof(BatchNorm2d)] = Of<BatchNorm>(NormExport.BatchNorm),
        [typeof(LayerNorm)] = Of<LayerNorm>(NormExport.LayerNorm),
        [typeof(GroupNorm)] = Of<GroupNorm>(NormExport.GroupNorm),
        [typeof(InstanceNorm1d)] = Of<InstanceNorm>(NormExport.InstanceNorm),
        [typeof(InstanceNorm2d)] = Of<InstanceNorm>(NormExport.InstanceNorm),
        [typeof(LocalResponseNorm)] = Of<LocalResponseNorm>(NormExport.LocalResponseNorm),
        [typeof(Normalize)] = Of<Normalize>(NormExport.Normalize),
        [typeof(MaxPool1d)] = Of<MaxPool1d>(PoolingExport.MaxPool1d),
        [typeof(MaxPool2d)] = Of<MaxPool2d>(PoolingExport.MaxPool2d),
        [typeof(AvgPool1d)] = Of<AvgPool1d>(PoolingExport.AvgPool1d),
        [typeof(AvgPool2d)] = Of<AvgPool2d>(PoolingExport.AvgPool2d),
        [typeof(AdaptiveAvgPool1d)] = PoolingExport.AdaptiveAvgPool,
        [typeof(AdaptiveAvgPool2d)] = PoolingExport.AdaptiveAvgPool,
        [typeof(Mean)] = Of<Mean>(PoolingExport.Mean),
        [typeof(Dropout)] = Of<Dropout>(ShapeExport.Dropout),
        // The mean while scoring.
        [typeof(GaussianSample)] = export => export.Emit("Identity", [export.Input]),
        [typeof(Flatten)] = ShapeExport.Flatten,
        [typeof(Reshape)] = ShapeExport.Reshape,
        [typeof(Permute)] = Of<Permute>(ShapeExport.Permute),
        [typeof(Pad)] = Of<Pad>(ShapeExport.Pad),
        [typeof(Slice)] = Of<Slice>(ShapeExport.Slice),
        [typeof(ReLU)] = export => export.Emit("Relu"),
        [typeof(LeakyReLU)] = Of<LeakyReLU>(ActivationExport.LeakyReLU),
        [typeof(PReLU)] = Of<PReLU>(ActivationExport.PReLU),
        [typeof(ReLU6)] = ActivationExport.ReLU6,
        [typeof(ELU)] = Of<ELU>(ActivationExport.ELU),
        [typeof(Softplus)] = Of<Softplus>(ActivationExport.Softplus),
        [typeof(Hardsigmoid)] = ActivationExport.Hardsigmoid,
        [typeof(Hardswish)] = ActivationExport.Hardswish,
        [typeof(GELU)] = ActivationExport.GELU,
        [typeof(SiLU)] = ActivationExport.SiLU,
        [typeof(Tanh)] = export => export.Emit("Tanh"),
        [typeof(Sigmoid)] = export => export.Emit("Sigmoid"),
        [typeof(Softmax)] = export => ActivationExport.Softmax(export, "Softmax"),
        [typeof(LogSoftmax)] = export => ActivationExport.Softmax(export, "LogSoftmax"),
        [typeof(LearnedPositions)] = Of<LearnedPositions>(AttentionExport.LearnedPositions),
        [typeof(SinusoidalPositions)] = AttentionExport.SinusoidalPositions,
        [typeof(ScaledDotProductAttention)] = Of<ScaledDotProductAttention>(AttentionExport.Attention),
        [typeof(CrossAttention)] = Of<CrossAttention>(AttentionExport.CrossAttention),
        [typeof(LSTM)] = Of<LSTM>(RecurrentExport.Lstm),
        [typeof(GRU)] = Of<GRU>(RecurrentExport.Gru),
        [typeof(PoolOverTime)] = Of<PoolOverTime>(TimePoolingExport.PoolOverTime),
        [typeof(MovingAverage)] = Of<MovingAverage>(SeriesExport.MovingAverage),
        [typeof(ReverseInstanceNorm)] = Of<ReverseInstanceNorm>(SeriesExport.ReverseInstanceNorm),
        [typeof(Embedding)] = EmbeddingExport.Embedding,
        [typeof(PaddingMask)] = Of<PaddingMask>(MaskExport.PaddingMask),
        [typeof(SequenceMask)] = Of<SequenceMask>(MaskExport.SequenceMask),
    };

    /// <summary>Adds the nodes of a layer.</summary>
    /// <returns>The value that is its output.</returns>
    /// <exception cref="NotSupportedException">ONNX has no operator for it.</exception>
    public static string Export(LayerExport export) =>
        Exporters.TryGetValue(export.Node.Layer.GetType(), out Func<LayerExport, string>? exporter)
            ? exporter(export)
            : throw export.NotSupported("no operator is known for it.");

    private static Func<LayerExport, string> Of<T>(Func<T, LayerExport, string> exporter)
        where T : Layer =>
        export => exporter((T)export.Node.Layer, export);
}
