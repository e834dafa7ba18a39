using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Tells the lanes of the last vector of channels that hold a channel from padding.</summary>
internal sealed unsafe class ChannelMask<T, TV, S> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly NativeBuffer<T> _ones = new(S.Lanes);

    public ChannelMask(int channels)
    {
        Vectors = (channels + S.Lanes - 1) / S.Lanes;
        _ones.Span[..(channels - (Vectors - 1) * S.Lanes)].Fill(T.One);
    }

    /// <summary>The number of vectors that hold the channels.</summary>
    public int Vectors { get; }

    /// <summary><paramref name="value"/>, and <paramref name="padding"/> in the padded lanes of the given vector.</summary>
    public TV Apply(int vector, TV value, TV padding) =>
        vector < Vectors - 1 ? value : S.Select(S.GreaterThan(S.Load(_ones.Pointer), S.Zero), value, padding);

    public void Dispose() => _ones.Dispose();
}
