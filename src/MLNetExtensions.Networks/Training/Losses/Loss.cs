using System.Numerics;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// What training minimises, computed on the outputs of a batch: a weighted mean over the examples (and outputs), as PyTorch's
/// reduction 'mean'. Stable at extreme logits. A loss of one's own derives from it, or from <see cref="ElementwiseLoss"/>; it
/// runs on every engine.
/// </summary>
public abstract record Loss
{
    /// <summary>The number of target values of one example for a network with these outputs: 1 for a class index, else one an
    /// output.</summary>
    /// <exception cref="ArgumentException">The loss can't be applied to these outputs, or its parameters are out of range; the
    /// message says why.</exception>
    public abstract int TargetSize(RowLayout outputs);

    /// <summary>A mean loss over targets that were divided by <paramref name="unit"/>, as it would be in the targets' own
    /// unit. A loss without a unit, as the cross-entropies, stays as it is.</summary>
    public virtual double InUnit(double loss, double unit) => loss;

    /// <summary>Adds up the loss of a batch and, where <see cref="OutputBatch{T}.NeedsGradient"/>, writes d(sum)/d(outputs), not
    /// yet divided by the weight.</summary>
    /// <returns>The weighted sum of losses and the sum of weights that it is to be divided by (0
    /// when every example has weight 0).</returns>
    public abstract (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
        where T : unmanaged, IFloatingPointIeee754<T>;
}
