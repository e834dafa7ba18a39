namespace MLNetExtensions.Networks.Training;

/// <summary>Refuses a training step of one example, as PyTorch does, where that is one value for a channel of a batch
/// normalisation: it has no variance, so the step would teach nothing, and nobody would see it.</summary>
/// <param name="network">The network in training.</param>
/// <param name="frozen">The full names of parameters and buffers that do not change.</param>
internal sealed class OneExampleCheck(NetworkDefinition network, IReadOnlySet<string> frozen)
{
    /// <summary>The first layer that one example is too few for; null when there is none.</summary>
    private readonly NetworkNode? _layer = network.Nodes.FirstOrDefault(node =>
        node.Layer is BatchNorm norm && network.ShapeOf(node.Name).SpatialSize == 1 && !norm.IsFrozen(node.Name, frozen));

    /// <summary>Throws if a step has fewer examples than the network needs.</summary>
    /// <param name="count">The number of examples.</param>
    /// <param name="remedy">How a step comes to have more.</param>
    /// <exception cref="ArgumentException">It is one, and a layer needs two; the message names it.</exception>
    public void Require(int count, string remedy = "Give it at least two.")
    {
        if (count == 1 && _layer is not null)
            throw new ArgumentException(
                $"The batch normalisation '{_layer.Name}' has one value a channel and example, and can't learn from a step of " +
                $"one example. {remedy}");
    }
}
