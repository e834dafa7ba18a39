using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Lets a layer that makes one term of a sum add its results to the other term, where that lies: a block with a way around it
/// (ResNet's, MobileNetV2's) is one pass over its output instead of two.
/// </summary>
internal static class AdditionFolding<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Folds a sum into the layer that was built last.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="shapes">How they lie.</param>
    /// <param name="layers">The layers so far.</param>
    /// <param name="edges">What they take and make.</param>
    /// <param name="plan">The memory, of which the other term's is enough for both.</param>
    /// <param name="consumers">The layers that take the sum.</param>
    /// <returns>The sum; null where it can't be folded: the last layer does not make a term, can't add or is clamped before the
    /// sum, or one of the terms is needed besides.</returns>
    public static GraphValue<T>? Fold(
        GraphValue<T>[] terms, TensorShape[] shapes, IReadOnlyList<ManagedLayer<T>> layers,
        List<(GraphValue<T>[] Inputs, GraphValue<T> Output)> edges, MemoryPlan<T> plan, int consumers)
    {
        if (terms is not [var first, var second] || !shapes[0].Equals(shapes[1]) || layers is not [.., var last])
            return null;
        (GraphValue<T> own, GraphValue<T> other) = second.Producer == last ? (second, first) : (first, second);
        if (own is not { Consumers: 1, Producer: IAddable { CanAdd: true, Adds: false, Rectifier: Rectifier.None } layer }
            || own.Producer != last)
            return null;

        // A network's input is its caller's. What a later layer takes, or an output, has to stay, and what the last layer reads
        // can't be written meanwhile.
        int taken = edges.Sum(edge => edge.Inputs.Count(input => input == other));
        if (other.Producer is null || taken + 1 != other.Consumers || edges[^1].Inputs.Contains(other))
            return null;
        layer.Adds = true;
        last.Output = other.Memory;
        other.Memory.Touch(layers.Count - 1);
        plan.Remove(own.Memory);
        GraphValue<T> sum = new(other.Memory, last) { Consumers = consumers };
        edges[^1] = (edges[^1].Inputs, sum);
        return sum;
    }
}
