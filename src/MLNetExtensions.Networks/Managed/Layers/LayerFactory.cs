using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Makes the layer that carries out a node.</summary>
internal abstract class LayerFactory<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <exception cref="NotSupportedException">The engine lacks the layer; the message names it.</exception>
    public abstract ManagedLayer<T> Create(LayerContext<T> context);

    public static LayerFactory<T> For(SimdLevel level) => SimdLevels.Bind<T, Binder, LayerFactory<T>>(level, default);

    private readonly struct Binder : ISimdBinder<T, LayerFactory<T>>
    {
        public LayerFactory<T> Bind<TV, S>()
            where TV : unmanaged
            where S : struct, ISimd<T, TV> => new LayerFactory<T, TV, S>();
    }
}

/// <inheritdoc/>
internal sealed class LayerFactory<T, TV, S> : LayerFactory<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public override ManagedLayer<T> Create(LayerContext<T> context) => context.Node.Layer switch
    {
        Linear => new LinearLayer<T>(context),
        Conv2d layer => new Conv2dLayer<T>(context, layer),
        MaxPool2d layer => new PoolingLayer<T>(
            context, PoolingLayer<T>.Max(context.Kernels, context.Pool, layer, context.Inputs[0]), BackwardReads.Input | BackwardReads.Output),
        AvgPool2d layer => new PoolingLayer<T>(
            context, PoolingLayer<T>.Average(context.Kernels, context.Pool, layer, context.Inputs[0]), BackwardReads.None),
        AdaptiveAvgPool2d layer => new PoolingLayer<T>(
            context, PoolingLayer<T>.Adaptive(context.Kernels, context.Pool, layer, context.Inputs[0]), BackwardReads.None),
        BatchNorm layer => new BatchNormLayer<T, TV, S>(context, layer),
        LayerNorm layer => new LayerNormLayer<T, TV, S>(context, layer),
        LocalResponseNorm layer => new LocalResponseNormLayer<T, TV, S>(context, layer),
        Normalize layer => new NormalizeLayer<T, TV, S>(context, layer),
        Dropout layer => new DropoutLayer<T, TV, S>(context, layer),
        Add => new AddLayer<T>(context),
        Concat => new ConcatLayer<T>(context),
        Softmax => new SoftmaxLayer<T, TV, S>(context),
        ReLU => Activation(context, default(ReLUActivation<T, TV, S>)),
        LeakyReLU layer => Activation(context, new LeakyReLUActivation<T, TV, S>(layer.NegativeSlope)),
        GELU => Activation(context, default(GELUActivation<T, TV, S>)),
        SiLU => Activation(context, default(SiLUActivation<T, TV, S>)),
        Tanh => Activation(context, default(TanhActivation<T, TV, S>)),
        Sigmoid => Activation(context, default(SigmoidActivation<T, TV, S>)),
        Layer layer => throw new NotSupportedException(
            $"The managed engine can't run layer '{context.Node.Name}': it has no {layer.GetType().Name}."),
    };

    private static ActivationLayer<T, TV, S, TActivation> Activation<TActivation>(LayerContext<T> context, TActivation activation)
        where TActivation : unmanaged, IActivation<T, TV> => new(context, activation);
}
