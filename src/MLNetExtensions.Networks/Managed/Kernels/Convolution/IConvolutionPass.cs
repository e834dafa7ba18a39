using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>One direction of a batch-lane convolution: from images to feature maps, or from the gradient of these to that of the
/// images.</summary>
internal unsafe interface IConvolutionPass<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Writes the outputs of <paramref name="blocks"/> blocks of images, plus bias (null: none), clamped by
    /// <paramref name="rectifier"/>.</summary>
    void Run(T* from, T* weight, T* biasOrNull, T* to, int blocks, Rectifier rectifier);
}
