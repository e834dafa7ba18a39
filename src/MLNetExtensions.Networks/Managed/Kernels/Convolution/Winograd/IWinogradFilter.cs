using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Winograd's minimal filtering for kernels of one size: transformed patches times transformed kernels are transformed
/// outputs, a tile of them at a time.</summary>
internal unsafe interface IWinogradFilter<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Transforms V kernels at most: the products of each, <paramref name="step"/> apart, beside those of the
    /// next.</summary>
    /// <param name="kernels">The first kernel.</param>
    /// <param name="pitch">Elements from one kernel to the next.</param>
    /// <param name="count">Kernels.</param>
    /// <param name="turned">Whether they are turned by 180°, for the way back.</param>
    /// <param name="to">Where the first product of the first kernel goes.</param>
    /// <param name="step">Elements from one product to the next.</param>
    void TransformKernels(T* kernels, nint pitch, int count, bool turned, T* to, nint step);

    /// <summary>Transforms the patch at a place of a plane of vectors that may reach beyond it, into zeros.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="top">The first row of the patch.</param>
    /// <param name="left">The first column of the patch.</param>
    /// <param name="to">Where the first product goes.</param>
    /// <param name="step">Elements from one product to the next.</param>
    void TransformInput(T* plane, int height, int width, int top, int left, T* to, nint step);

    /// <summary>Transforms products back to the tile at a place of a plane; what would lie beyond is dropped.</summary>
    /// <param name="products">The first product.</param>
    /// <param name="step">Elements from one product to the next.</param>
    /// <param name="plane">The plane.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="top">The first row of the tile.</param>
    /// <param name="left">The first column of the tile.</param>
    /// <param name="bias">Added to each output.</param>
    /// <param name="floor">The least output.</param>
    /// <param name="ceiling">The largest.</param>
    void TransformOutput(
        T* products, nint step, T* plane, int height, int width, int top, int left, T bias, T floor, T ceiling);
}
