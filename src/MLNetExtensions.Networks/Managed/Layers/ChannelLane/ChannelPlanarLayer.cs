using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A layer of one example that takes and gives its values channel after channel, where the channel-lane layout has none:
/// products of matrices, and what goes across channels.</summary>
internal sealed unsafe class ChannelPlanarLayer<T> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ManagedLayer<T> _layer;
    private readonly LayoutConversion<T> _layout;
    private readonly NativeBuffer<T>[] _memory;
    private readonly Pass<T> _pass = new(lanes: 1);

    /// <param name="context">What it is made from.</param>
    /// <param name="layer">The layer for a block of one example, which this one owns.</param>
    public ChannelPlanarLayer(LayerContext<T> context, ManagedLayer<T> layer)
        : base(context)
    {
        (_layer, _layout) = (layer, context.Kernels.Layout(context.Pool));
        _memory = [.. context.Inputs.Append(context.Output).Select(shape => new NativeBuffer<T>(shape.Size))];
        Tensor<T>[] tensors = Array.ConvertAll(_memory, memory => new Tensor<T>(memory.Length, 1) { Data = memory.Pointer });
        tensors[..^1].CopyTo(layer.Inputs, 0);
        layer.Output = tensors[^1];
        _pass.SetCount(1);
    }

    public override void Forward(Pass<T> pass)
    {
        for (int i = 0; i < Inputs.Length; i++)
        {
            TensorShape shape = Context.Inputs[i];
            _layout.FromChannelLane(Inputs[i].Data, shape.Channels, shape.SpatialSize, _layer.Inputs[i].Data);
        }
        _layer.Forward(_pass);
        _layout.ToChannelLane(_layer.Output.Data, Context.Output.Channels, Context.Output.SpatialSize, Output.Data);
    }

    public override void Dispose()
    {
        _layer.Dispose();
        _pass.Dispose();
        foreach (NativeBuffer<T> memory in _memory)
            memory.Dispose();
    }
}
