using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>What a backward pass needs to know besides the layers.</summary>
/// <param name="Elementwise">Adds gradients.</param>
/// <param name="OutputSums">The gradients of outputs that are the same value as an earlier output, and where they are
/// added.</param>
/// <param name="Untrained">The layers with nothing to train at or below them: only the gradients of inputs go through
/// them.</param>
/// <param name="ForInputs">The inputs of layers whose gradient is written for the sake of a network's input only.</param>
internal sealed record BackwardPlan<T>(
    Elementwise<T> Elementwise,
    IReadOnlyList<(Tensor<T> Gradient, Tensor<T> Sum)> OutputSums,
    IReadOnlySet<ManagedLayer<T>> Untrained,
    IReadOnlyList<(ManagedLayer<T> Layer, int Input)> ForInputs)
    where T : unmanaged, IFloatingPointIeee754<T>;
