using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="Concat"/> of one example. Inputs that start in the first lane are copied whole, others channel by
/// channel.</summary>
internal sealed unsafe class ChannelConcatLayer<T>(LayerContext<T> context, int lanes) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int[] _channels = [.. context.Inputs.Select(shape => shape.Channels)];
    private readonly int _plane = context.Output.SpatialSize;

    public override void Forward(Pass<T> pass)
    {
        int first = 0;
        for (int i = 0; i < Inputs.Length; first += _channels[i], i++)
        {
            if (first % lanes == 0)
            {
                Tensor<T> input = Inputs[i];
                long bytes = input.BlockLength * sizeof(T);
                Buffer.MemoryCopy(input.Data, Output.Data + (nint)first * _plane, bytes, bytes);
                continue;
            }
            for (int c = 0; c < _channels[i]; c++)
            {
                T* source = At(Inputs[i], c), target = At(Output, first + c);
                for (nint p = 0, end = (nint)_plane * lanes; p < end; p += lanes)
                    target[p] = source[p];
            }
        }
    }

    private T* At(Tensor<T> tensor, int channel) => tensor.Data + (nint)(channel / lanes) * _plane * lanes + channel % lanes;
}
