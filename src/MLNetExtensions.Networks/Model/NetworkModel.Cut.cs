namespace MLNetExtensions.Networks;

/// <content>Parts of a network.</content>
public sealed partial class NetworkModel
{
    /// <summary>The network up to a layer, whose output becomes its own: the features that a classifier was trained on, for
    /// instance. Layers that it doesn't need are left out; the weights are the same tensors.</summary>
    /// <param name="layer">The name of a layer (<c>features.12</c>), or of a group of layers (<c>layer4</c>), which stands for
    /// its last one.</param>
    /// <exception cref="ArgumentException">There is no such layer; the message has those there are.</exception>
    public NetworkModel CutAt(string layer)
    {
        ArgumentException.ThrowIfNullOrEmpty(layer);
        NetworkNode last = Definition.Nodes.LastOrDefault(node => node.Name == layer)
            ?? Definition.Nodes.LastOrDefault(node => node.Name.StartsWith($"{layer}.", StringComparison.Ordinal))
            ?? throw new ArgumentException(
                $"The network has no layer '{layer}'; it has {string.Join(", ", Definition.Nodes.Select(node => node.Name))}.",
                nameof(layer));
        HashSet<string> needed = [last.Name];
        foreach (NetworkNode node in Definition.Nodes.Reverse().Where(node => needed.Contains(node.Name)))
            needed.UnionWith(node.Inputs);
        NetworkDefinition definition =
            new(Definition.InputShape, Definition.Nodes.Where(node => needed.Contains(node.Name)));
        return new(definition, new(definition.Parameters.Select(spec => KeyValuePair.Create(spec.Name, Weights[spec.Name]))));
    }
}
