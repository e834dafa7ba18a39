using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Convolution of one channel-lane image <c>[ceil(C / V)][H][W][V]</c>, for inference. Not thread-safe: it owns scratch memory
/// and uses the pool inside.
/// </summary>
internal abstract unsafe class ChannelConvolution<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Packs <paramref name="w"/> <c>[out][in / groups][kh][kw]</c> and <paramref name="bias"/> (null: none), or finds
    /// them packed by another session of the network.</summary>
    public abstract void SetWeights(T* w, T* bias);

    /// <summary>Whether <see cref="Adds"/> can be set.</summary>
    public virtual bool CanAdd => false;

    /// <summary>Whether what is in y before is part of its sums.</summary>
    public bool Adds { get; set; }

    /// <summary>Writes <c>[ceil(out / V)][OH][OW][V]</c>; lanes without a channel are zero in x and y. Clamped by
    /// <paramref name="rectifier"/>.</summary>
    public abstract void Forward(T* x, T* y, Rectifier rectifier);

    public abstract void Dispose();
}
