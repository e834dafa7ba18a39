using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Layers that score one example with its channels side by side: less work than a block of examples most of whose lanes
/// are padding.</summary>
internal sealed class ChannelLaneFactory<T, TV, S> : LayerFactory<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public override long BlockLength(TensorShape shape) => (long)Vectors(shape) * shape.SpatialSize * S.Lanes;

    /// <summary>Of an image of few channels most lanes would be padding.</summary>
    public override bool TakesPlanar(NetworkDefinition network, NetworkInput input) =>
        input.Shape.Channels < S.Lanes
        && network.NeededNodes.Where(node => node.Inputs.Contains(input.Name)).ToList() is [{ Layer: var layer }]
        && layer is Conv2d { Groups: 1 } or Conv1d { Groups: 1 };

    /// <summary>A flattened image lies in another order than its rows do.</summary>
    public override bool TakesSparse(NetworkDefinition network) => network.InputShape.Rank == 1;

    /// <summary>A flattened image stays where it is; what keeps its channels is the same in both shapes.</summary>
    public override TensorShape? See(TensorShape lies, TensorShape shape) =>
        lies.Channels == shape.Channels ? shape : shape.Rank == 1 ? lies : null;

    protected override ManagedLayer<T>? CreateLayer(LayerContext<T> context) => context.Node.Layer switch
    {
        Linear => context.Output.Rank == 1
            ? new ChannelLinearLayer<T>(context)
            : new LinearLayer<T>(context, Rows(context.Output, context.Output[^1])),
        Conv2d layer => new ChannelConv2dLayer<T>(context, layer),
        Upsample layer => new UpsampleLayer<T, TV, S>(context, layer, Vectors(context.Output)),
        BatchNorm layer => ChannelAffineLayer<T, TV, S>.Create(context, layer),
        Normalize layer => ChannelAffineLayer<T, TV, S>.Create(context, layer),
        LayerNorm layer => layer.NormalizedShape(context.Output).Equals(context.Output)
            ? new ChannelLayerNormLayer<T, TV, S>(context, layer)
            : new ExampleNormLayer<T, TV, S>(context, RowsOf(layer, context.Output), layer.Epsilon),
        GroupNorm layer => new ChannelGroupNormLayer<T, TV, S>(context, layer.Groups, layer.Epsilon, Vectors(context.Output)),
        InstanceNorm layer =>
            new ChannelGroupNormLayer<T, TV, S>(context, context.Output.Channels, layer.Epsilon, Vectors(context.Output)),
        PReLU => new ChannelPReLULayer<T, TV, S>(context, Vectors(context.Output)),
        LocalResponseNorm layer => new ChannelResponseNormLayer<T, TV, S>(context, layer),
        Pad layer => new ChannelPlanarLayer<T>(context, new PadLayer<T, T, SimdScalar<T>>(context, layer)),
        Softmax => new ChannelSoftmaxLayer<T, TV, S>(context),
        LogSoftmax => new ChannelPlanarLayer<T>(context, new SoftmaxLayer<T, T, SimdScalar<T>>(context, isLog: true)),
        Concat => new ChannelConcatLayer<T>(context, S.Lanes),
        GaussianSample => new GaussianSampleLayer<T, TV, S>(context),
        Add => BroadcastAddLayer<T, TV, S>.Suits(context)
            ? new ChannelPlanarLayer<T>(context, new BroadcastAddLayer<T, T, SimdScalar<T>>(context))
            : new AddLayer<T>(context),
        Subtract => new SubtractLayer<T, TV, S>(context),
        Multiply => ChannelMultiplyLayer<T, TV, S>.Suits(context)
            ? new ChannelMultiplyLayer<T, TV, S>(context, Vectors(context.Output))
            : new ChannelPlanarLayer<T>(context, new MultiplyLayer<T, T, SimdScalar<T>>(context)),
        MatMul => new ChannelPlanarLayer<T>(context, new PlanarMatMulLayer<T>(context)),
        Mean layer => context.Inputs[0].IndexOf(layer.Dimension) == 0
            ? new ChannelPlanarLayer<T>(context, MeanLayer<T, T, SimdScalar<T>>.Create(context, layer))
            : MeanLayer<T, TV, S>.Create(context, layer, Vectors(context.Inputs[0])),
        MeanSquaredDifference => new ChannelMeanSquaredDifferenceLayer<T, TV, S>(context),
        Permute layer => new ChannelGatherLayer<T>(context, GatherSources.Of(layer, context.Inputs[0]), S.Lanes),
        Slice layer => new ChannelGatherLayer<T>(context, GatherSources.Of(layer, context.Inputs[0]), S.Lanes),
        Reshape => new ChannelGatherLayer<T>(context, [.. Enumerable.Range(0, checked((int)context.Output.Size))], S.Lanes),
        Embedding layer => new EmbeddingLayer<T, TV, S>(context, layer, Rows(context.Inputs[0], size: 1)),
        LearnedPositions or SinusoidalPositions => new ChannelPositionsLayer<T>(context),
        ScaledDotProductAttention layer => new ChannelAttentionLayer<T>(context, layer),
        CrossAttention layer => new ChannelAttentionLayer<T>(context, layer),
        PaddingMask layer => new PaddingMaskLayer<T, TV, S>(context, layer),
        SequenceMask layer => new ChannelSequenceMaskLayer<T>(context, layer),
        PoolOverTime layer => context.Inputs[0].IndexOf(layer.Dimension) == 0
            ? new ChannelPoolOverPlacesLayer<T, TV, S>(context, layer.Mode)
            : new PoolOverTimeLayer<T, TV, S>(context, layer, Vectors(context.Inputs[0]), sharesMask: true),
        _ => PoolingLayer<T>.Create(context, Vectors(context.Output)) ?? ActivationLayer<T, TV, S>.Create(context),
    };

    /// <summary>Rows of lanes in which values of so many numbers each lie: the first dimension's are side by side.</summary>
    private static int Rows(TensorShape shape, int size) => Vectors(shape) * (shape.SpatialSize / size);

    private static NormRows RowsOf(LayerNorm layer, TensorShape shape)
    {
        NormRows rows = NormRows.Of(layer, shape);
        return rows with { Rows = Rows(shape, rows.Size) };
    }

    private static int Vectors(TensorShape shape) => (shape.Channels + S.Lanes - 1) / S.Lanes;
}
