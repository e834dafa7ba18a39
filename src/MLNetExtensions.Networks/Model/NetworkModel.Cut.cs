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
        NetworkOutput output = new(NetworkDefinition.OutputName, last.Name);
        return Part(new NetworkDefinition(Definition.Inputs, Definition.Nodes, [output]).WithOutputs(output.Name));
    }

    /// <summary>The model with some of its outputs, without what only the others need; the weights are the same tensors.</summary>
    /// <inheritdoc cref="NetworkDefinition.WithOutputs"/>
    public NetworkModel WithOutputs(params IReadOnlyList<string> names) => Part(Definition.WithOutputs(names));

    private NetworkModel Part(NetworkDefinition definition) =>
        new(definition, new(definition.Parameters.Select(spec => KeyValuePair.Create(spec.Name, Weights[spec.Name]))));
}
