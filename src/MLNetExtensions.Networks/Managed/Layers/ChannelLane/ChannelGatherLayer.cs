using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Takes the values of one example from elsewhere: <see cref="Permute"/> and <see cref="Slice"/>.</summary>
internal sealed unsafe class ChannelGatherLayer<T> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Where a value goes to and comes from, in the order of where it goes to.</summary>
    private readonly (int Target, int Source)[] _moves;

    /// <param name="context">What it is made from.</param>
    /// <param name="sources">The number of the input's value that each of the output's is.</param>
    /// <param name="lanes">Channels side by side.</param>
    public ChannelGatherLayer(LayerContext<T> context, int[] sources, int lanes)
        : base(context)
    {
        _moves = [.. sources.Select((source, target) => (Place(context.Output, target), Place(context.Inputs[0], source)))];
        Array.Sort(_moves);

        int Place(TensorShape shape, int index)
        {
            (int channel, int pixel) = int.DivRem(index, shape.SpatialSize);
            return (channel / lanes * shape.SpatialSize + pixel) * lanes + channel % lanes;
        }
    }

    public override void Forward(Pass<T> pass)
    {
        T* source = Inputs[0].Data, target = Output.Data;
        foreach ((int to, int from) in _moves)
            target[to] = source[from];
    }
}
