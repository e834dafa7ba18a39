using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The gradients of a batch-lane convolution's weights and biases.</summary>
internal unsafe interface IWeightGradient<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Overwrites <paramref name="dw"/>, and <paramref name="dbOrNull"/> unless null, with sums over all lanes of
    /// <paramref name="blockCount"/> blocks.</summary>
    void Run(T* x, T* dy, T* dw, T* dbOrNull, int blockCount);
}
