using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Layers with examples side by side: every layer there is, forward and backward.</summary>
internal sealed class BatchLaneFactory<T, TV, S> : LayerFactory<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public override long BlockLength(TensorShape shape) => shape.Size * S.Lanes;

    public override TensorShape See(TensorShape lies, TensorShape shape) => shape;

    protected override ManagedLayer<T> CreateLayer(LayerContext<T> context) => context.Node.Layer switch
    {
        Linear => new LinearLayer<T>(context, checked((int)(context.Output.Size / context.Output[^1]))),
        Conv2d layer => new Conv2dLayer<T>(context, layer),
        ConvTranspose2d layer => new ConvTranspose2dLayer<T>(context, layer),
        Upsample layer => new UpsampleLayer<T, TV, S>(context, layer, context.Output.Channels),
        BatchNorm layer => new BatchNormLayer<T, TV, S>(context, layer),
        LayerNorm layer => new ExampleNormLayer<T, TV, S>(context, NormRows.Of(layer, context.Output), layer.Epsilon),
        GroupNorm layer => new ExampleNormLayer<T, TV, S>(
            context, NormRows.OfGroups(layer.Groups, context.Output), layer.Epsilon),
        InstanceNorm layer => new ExampleNormLayer<T, TV, S>(
            context, NormRows.OfGroups(context.Output.Channels, context.Output), layer.Epsilon),
        PReLU => new PReLULayer<T, TV, S>(context),
        LocalResponseNorm layer => new LocalResponseNormLayer<T, TV, S>(context, layer),
        Normalize layer => new NormalizeLayer<T, TV, S>(context, layer),
        Dropout layer => new DropoutLayer<T, TV, S>(context, layer),
        GaussianSample => new GaussianSampleLayer<T, TV, S>(context),
        Add => BroadcastAddLayer<T, TV, S>.Suits(context)
            ? new BroadcastAddLayer<T, TV, S>(context)
            : new AddLayer<T>(context),
        Subtract => new SubtractLayer<T, TV, S>(context),
        Concat => new ConcatLayer<T>(context),
        Multiply => new MultiplyLayer<T, TV, S>(context),
        MatMul => new MatMulLayer<T>(context),
        Mean layer => MeanLayer<T, TV, S>.Create(context, layer),
        MeanSquaredDifference => new MeanSquaredDifferenceLayer<T, TV, S>(context),
        Permute layer => new GatherLayer<T, TV, S>(context, GatherSources.Of(layer, context.Inputs[0])),
        Slice layer => new GatherLayer<T, TV, S>(context, GatherSources.Of(layer, context.Inputs[0])),
        Pad layer => new PadLayer<T, TV, S>(context, layer),
        Softmax => new SoftmaxLayer<T, TV, S>(context),
        LogSoftmax => new SoftmaxLayer<T, TV, S>(context, isLog: true),
        Embedding layer => new EmbeddingLayer<T, TV, S>(context, layer, checked((int)context.Inputs[0].Size)),
        LearnedPositions or SinusoidalPositions => new PositionsLayer<T, TV, S>(context),
        ScaledDotProductAttention layer => new AttentionLayer<T>(context, layer),
        CrossAttention layer => new AttentionLayer<T>(context, layer),
        PaddingMask layer => new PaddingMaskLayer<T, TV, S>(context, layer),
        SequenceMask layer => new SequenceMaskLayer<T, TV, S>(context, layer),
        LSTM layer => new RecurrentStackLayer<T, TV, S, LstmCell<T, TV, S>>(context, layer),
        GRU layer => new RecurrentStackLayer<T, TV, S, GruCell<T, TV, S>>(context, layer),
        PoolOverTime layer => new PoolOverTimeLayer<T, TV, S>(context, layer, context.Inputs[0].Channels, sharesMask: false),
        MovingAverage layer => new MovingAverageLayer<T, TV, S>(context, layer),
        ReverseInstanceNorm layer => new ReverseInstanceNormLayer<T, TV, S>(context, layer),
        Layer layer => PoolingLayer<T>.Create(context, context.Output.Channels) ?? ActivationLayer<T, TV, S>.Create(context) ??
            throw new NotSupportedException(
                $"The managed engine can't run layer '{context.Node.Name}': it has no {layer.GetType().Name}."),
    };
}
