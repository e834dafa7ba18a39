using System.Numerics;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// What training minimises, computed on row-major outputs of a batch: a weighted mean over the examples (and outputs), as
/// PyTorch's reduction 'mean'. Stable at extreme logits.
/// </summary>
public abstract record Loss
{
    /// <summary>The number of target values of one example for a network with <paramref name="outputs"/> outputs: 1 for a
    /// class index, else one an output.</summary>
    public abstract int TargetSize(int outputs);

    /// <summary>A mean loss over targets that were divided by <paramref name="unit"/>, as it would be in the targets' own
    /// unit. A loss without a unit, as the cross-entropies, stays as it is.</summary>
    public virtual double InUnit(double loss, double unit) => loss;

    /// <summary>Adds up the loss of a batch and, where asked for, its gradient.</summary>
    /// <param name="outputs">The network's outputs, [count×outputs].</param>
    /// <param name="targets">The targets, [count×<see cref="TargetSize"/>].</param>
    /// <param name="weights">The weight of each example; empty for 1 each.</param>
    /// <param name="gradient">Receives d(sum)/d(outputs), not yet divided by the weight; empty when it isn't needed.</param>
    /// <returns>The weighted sum of losses and the sum of weights that it is to be divided by (0
    /// when every example has weight 0).</returns>
    public abstract (double Sum, double Weight) Accumulate<T>(
        ReadOnlySpan<T> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>;
}
