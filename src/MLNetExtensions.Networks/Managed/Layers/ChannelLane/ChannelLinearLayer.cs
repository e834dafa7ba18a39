using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="Linear"/> layer for one example. The sums are taken in the order in which the input lies.</summary>
internal sealed unsafe class ChannelLinearLayer<T> : ManagedLayer<T>, IRectifiable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ChannelLinear<T> _kernel;

    public ChannelLinearLayer(LayerContext<T> context)
        : base(context)
    {
        TensorShape input = context.Inputs[0];
        _kernel = context.Kernels.ChannelLinear(input.Channels, 1, input.SpatialSize, context.Output.Channels, context.Pool);
        ParameterSlot? bias = context.Parameter("bias");
        _kernel.SetWeights(context.Store.Values + context.Parameter("weight")!.Offset,
            bias is null ? null : context.Store.Values + bias.Offset);
    }

    /// <inheritdoc/>
    public Rectifier Rectifier { get; set; }

    public override void Forward(Pass<T> pass)
    {
        if (Context.TakesSparseRows && pass.Rows is { } rows)
            _kernel.Forward(rows, Output.Data, Rectifier);
        else
            _kernel.Forward(Inputs[0].Data, Output.Data, Rectifier);
    }

    public override void Dispose() => _kernel.Dispose();
}
