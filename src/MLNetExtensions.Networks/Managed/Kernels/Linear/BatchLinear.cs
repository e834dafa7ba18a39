using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// A fully connected layer on batch-lane rows <c>[blocks][features][V]</c> with weights <c>[out][in]</c>, and its gradients. Not
/// thread-safe: it owns scratch memory and uses the pool inside.
/// </summary>
internal abstract unsafe class BatchLinear<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>y = w · x + bias (null: none), clamped by <paramref name="rectifier"/>.</summary>
    public abstract void Forward(T* x, T* w, T* bias, T* y, int blocks, Rectifier rectifier);

    /// <summary>Overwrites <paramref name="dx"/> with the gradient of the input.</summary>
    public abstract void BackwardData(T* dy, T* w, T* dx, int blocks);

    /// <summary>
    /// Overwrites <paramref name="dw"/> and <paramref name="db"/> (null: not wanted) with the gradients summed over all lanes:
    /// <paramref name="dy"/> must be zero, and <paramref name="x"/> finite, in lanes without a row.
    /// </summary>
    public abstract void BackwardWeights(T* x, T* dy, T* dw, T* db, int blocks);

    public abstract void Dispose();
}

/// <inheritdoc/>
internal sealed unsafe class BatchLinear<T, TV, S>(int inFeatures, int outFeatures, int maxBlocks, WorkerPool pool)
    : BatchLinear<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly LinearPass<T, TV, S> _forward = new(inFeatures, outFeatures, inFeatures, 1, pool);
    private LinearPass<T, TV, S>? _backward;
    private LinearWeightGradient<T, TV, S>? _weightGradient;

    public override void Forward(T* x, T* w, T* bias, T* y, int blocks, Rectifier rectifier) =>
        _forward.Run(x, w, bias, y, blocks, rectifier);

    public override void BackwardData(T* dy, T* w, T* dx, int blocks) =>
        (_backward ??= new LinearPass<T, TV, S>(outFeatures, inFeatures, 1, inFeatures, pool))
        .Run(dy, w, null, dx, blocks, Rectifier.None);

    public override void BackwardWeights(T* x, T* dy, T* dw, T* db, int blocks) =>
        (_weightGradient ??= new LinearWeightGradient<T, TV, S>(inFeatures, outFeatures, maxBlocks, pool))
        .Run(x, dy, dw, db, blocks);

    public override void Dispose()
    {
        _forward.Dispose();
        _backward?.Dispose();
        _weightGradient?.Dispose();
    }
}
