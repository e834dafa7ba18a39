using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Cross-entropy at each place of a sequence, PyTorch's <c>CrossEntropyLoss</c> of logits [L×<paramref name="Classes"/>] and L
/// class indices: the mean of −log p[y] in nats a place, places to ignore left out. What a language model is trained with.
/// </summary>
/// <param name="Classes">The number of classes, at least 2.</param>
/// <param name="IgnoreIndex">The target of places that don't count, as those of padding; −100 as in PyTorch.</param>
public sealed record SequenceCrossEntropyLoss(int Classes, int IgnoreIndex = -100) : Loss
{
    /// <summary>L, a class index a place.</summary>
    /// <exception cref="ArgumentException">The outputs are not so many logits for each of several places.</exception>
    public override int TargetSize(RowLayout outputs) => Classes >= 2 && outputs.Size % Classes == 0
        ? outputs.Size / Classes
        : throw new ArgumentException(
            $"Cross-entropy of {Classes} classes a place needs at least 2, and so many outputs for each place, but the network " +
            $"has {outputs.Size}.");

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
    {
        (double sum, double totalWeight) = (0, 0);
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<T> outputs = batch.Outputs(row);
            ReadOnlySpan<float> targets = batch.Targets(row);
            Span<T> gradient = batch.Gradient(row);
            double example = batch.Weight(row);
            for (int place = 0; place < targets.Length; place++)
            {
                int start = place * Classes;
                Span<T> slopes = gradient.IsEmpty ? default : gradient.Slice(start, Classes);
                if (targets[place] == IgnoreIndex)
                {
                    slopes.Clear();
                    continue;
                }
                int label = CrossEntropyLoss.ClassOf(targets[place], row, Classes);
                ReadOnlySpan<T> logits = outputs.Slice(start, Classes);
                double logSumExp = CrossEntropyLoss.LogSumExp(logits, slopes, out double total);
                sum += example * (logSumExp - double.CreateTruncating(logits[label]));
                totalWeight += example;
                if (slopes.IsEmpty)
                    continue;
                TensorPrimitives.Multiply(slopes, T.CreateTruncating(example / total), slopes);
                slopes[label] -= T.CreateTruncating(example);
            }
        }
        return (sum, totalWeight);
    }

    /// <summary>How many places of an example count.</summary>
    /// <param name="targets">Its targets.</param>
    /// <param name="row">The example, for the message.</param>
    /// <exception cref="ArgumentException">One is no class index.</exception>
    internal int PlacesOf(ReadOnlySpan<float> targets, int row)
    {
        int places = 0;
        foreach (float target in targets)
        {
            if (target == IgnoreIndex)
                continue;
            CrossEntropyLoss.ClassOf(target, row, Classes);
            places++;
        }
        return places;
    }
}
