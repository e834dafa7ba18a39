using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>An input or output of a graph.</summary>
/// <param name="Value">Where its values are.</param>
/// <param name="Shape">How they lie in memory.</param>
/// <param name="Gradient">Where its gradient is; null when none is computed.</param>
/// <param name="IsPlanar">Whether it lies as it comes, channel after channel, in the channel-lane layout.</param>
internal readonly record struct GraphEnd<T>(Tensor<T> Value, TensorShape Shape, Tensor<T>? Gradient, bool IsPlanar = false)
    where T : unmanaged, IFloatingPointIeee754<T>;
