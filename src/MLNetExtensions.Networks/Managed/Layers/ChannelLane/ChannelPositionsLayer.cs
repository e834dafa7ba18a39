using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary><see cref="LearnedPositions"/> and <see cref="SinusoidalPositions"/> for one example.</summary>
internal sealed unsafe class ChannelPositionsLayer<T> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The vectors, laid out as the input.</summary>
    private readonly NativeBuffer<T> _positions;

    public ChannelPositionsLayer(LayerContext<T> context)
        : base(context)
    {
        TensorShape shape = context.Output;
        using NativeBuffer<T> rows = new(shape.Size);
        if (context.Parameter("weight") is { } weight)
            new ReadOnlySpan<T>(context.Store.Values + weight.Offset, rows.Span.Length).CopyTo(rows.Span);
        else
            ParameterStore<T>.Convert<double, T>(SinusoidalPositions.Values(shape), rows.Span);
        int lanes = context.Kernels.Lanes;
        _positions = new((long)(shape.Channels + lanes - 1) / lanes * lanes * shape.SpatialSize);
        context.Kernels.Layout(context.Pool).ToChannelLane(rows.Pointer, shape.Channels, shape.SpatialSize, _positions.Pointer);
    }

    public override bool RunsInPlace => true;

    public override void Forward(Pass<T> pass) =>
        Context.Elementwise.Add(Inputs[0].Data, _positions.Pointer, Output.Data, _positions.Length);

    public override void Dispose() => _positions.Dispose();
}
