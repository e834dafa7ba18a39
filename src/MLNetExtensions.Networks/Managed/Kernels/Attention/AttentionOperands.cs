using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>What attention reads and writes, batch-lane.</summary>
internal unsafe struct AttentionOperands<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The first query, key and value; the places lie apart as <see cref="AttentionShape"/> says.</summary>
    public T* Queries, Keys, Values;

    /// <summary>Their gradients, which lie in the same way; null where nobody needs them.</summary>
    public T* QueriesGradient, KeysGradient, ValuesGradient;

    /// <summary>1 or 0 for each key, <c>[blocks][keys][V]</c>; null for no mask.</summary>
    public T* Mask;

    /// <summary>The means of values, <c>[blocks][queries][E][V]</c>, and their gradient.</summary>
    public T* Means, MeansGradient;

    /// <summary>The logarithm of each softmax's sum, <c>[blocks][heads][queries][V]</c>, for the backward pass; null where there
    /// is none.</summary>
    public T* LogSums;

    /// <summary>The share of weights that are dropped, and which ones.</summary>
    public double Dropout;

    /// <inheritdoc cref="Dropout"/>
    public CounterRandom Random;
}
