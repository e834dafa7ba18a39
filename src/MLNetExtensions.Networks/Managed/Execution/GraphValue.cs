using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>What flows along an edge of the graph while it is built.</summary>
/// <param name="memory">Where it is.</param>
/// <param name="producer">The layer that makes it; null for the network's input.</param>
internal sealed class GraphValue<T>(Tensor<T> memory, ManagedLayer<T>? producer)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public Tensor<T> Memory { get; } = memory;

    public ManagedLayer<T>? Producer { get; } = producer;

    /// <summary>The layers (the loss included) that take it.</summary>
    public int Consumers { get; set; }

    /// <summary>Whether a trained parameter has a part in it.</summary>
    public bool IsTrained { get; init; }

    /// <summary>Whether its gradient is wanted: a trained parameter has a part in it, or an input whose gradient is asked
    /// for.</summary>
    public bool NeedsGradient { get; init; }

    /// <summary>Where its gradient is; null until the first layer, from the end, that writes one.</summary>
    public Tensor<T>? Gradient { get; set; }

    /// <summary>The share of the numbers of its gradient that may be other than zero.</summary>
    public double GradientDensity { get; set; }
}
