using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary><see cref="ScaledDotProductAttention"/> and <see cref="CrossAttention"/> for one example, whose places lie side by
/// side.</summary>
internal sealed unsafe class ChannelAttentionLayer<T> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PlaceAttention<T> _kernel;
    private readonly AttentionInputs<T> _inputs;

    public ChannelAttentionLayer(LayerContext<T> context, ScaledDotProductAttention layer)
        : this(context, AttentionShape.OfPacked(layer, context.Output), keysInput: 0)
    {
    }

    public ChannelAttentionLayer(LayerContext<T> context, CrossAttention layer)
        : this(context, AttentionShape.Of(layer, context.Inputs[0], context.Inputs[1]), keysInput: 1)
    {
    }

    private ChannelAttentionLayer(LayerContext<T> context, in AttentionShape shape, int keysInput)
        : base(context)
    {
        _kernel = context.Kernels.PlaceAttention(shape, context.Pool);
        _inputs = new(this, shape, keysInput, context.Kernels.Lanes);
    }

    public override void Forward(Pass<T> pass) => _kernel.Forward(_inputs.Operands);

    public override void Dispose() => _kernel.Dispose();
}
