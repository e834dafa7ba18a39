using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="Conv2d"/> layer for one image.</summary>
internal sealed unsafe class ChannelConv2dLayer<T> : ManagedLayer<T>, IAddable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ChannelConvolution<T> _kernel;

    public ChannelConv2dLayer(LayerContext<T> context, Conv2d layer)
        : base(context)
    {
        _kernel = context.Kernels.ChannelConvolution(
            Conv2dLayer<T>.Geometry(layer, context.Inputs[0]), context.Pool, context.PlanarInput);
        ParameterSlot? bias = context.Parameter("bias");
        _kernel.SetWeights(context.Store.Values + context.Parameter("weight")!.Offset,
            bias is null ? null : context.Store.Values + bias.Offset);
    }

    /// <inheritdoc/>
    public Rectifier Rectifier { get; set; }

    /// <inheritdoc/>
    public bool CanAdd => _kernel.CanAdd;

    /// <inheritdoc/>
    public bool Adds
    {
        get => _kernel.Adds;
        set => _kernel.Adds = value;
    }

    public override void Forward(Pass<T> pass) => _kernel.Forward(Inputs[0].Data, Output.Data, Rectifier);

    public override void Dispose() => _kernel.Dispose();
}
