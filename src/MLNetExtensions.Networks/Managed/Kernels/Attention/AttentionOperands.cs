using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>What attention reads and writes, batch-lane.</summary>
internal unsafe struct AttentionOperands<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Queries, keys and values side by side, <c>[blocks][L][3·E][V]</c>, and its gradient.</summary>
    public T* Packed, PackedGradient;

    /// <summary>1 or 0 for each key, <c>[blocks][L][V]</c>; null for no mask.</summary>
    public T* Mask;

    /// <summary>The means of values, <c>[blocks][L][E][V]</c>, and their gradient.</summary>
    public T* Means, MeansGradient;

    /// <summary>The logarithm of each softmax's sum, <c>[blocks][heads][L][V]</c>, for the backward pass; null where there is
    /// none.</summary>
    public T* LogSums;

    /// <summary>The share of weights that are dropped, and which ones.</summary>
    public double Dropout;

    /// <inheritdoc cref="Dropout"/>
    public CounterRandom Random;
}
