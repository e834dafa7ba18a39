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

    /// <summary>The network from the output of a layer on, which becomes its input: the decoder of an autoencoder, for instance.
    /// The weights are the same tensors.</summary>
    /// <param name="layer">The name of a layer (<c>code</c>).</param>
    /// <param name="output">The output that is wanted; the first when null.</param>
    /// <exception cref="ArgumentException">There is no such layer or output, or the output depends on more than the
    /// layer.</exception>
    public NetworkModel CutFrom(string layer, string? output = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(layer);
        int index = Definition.Nodes.ToList().FindIndex(node => node.Name == layer);
        if (index < 0)
            throw new ArgumentException(
                $"The network has no layer '{layer}'; it has {string.Join(", ", Definition.Nodes.Select(node => node.Name))}.",
                nameof(layer));
        NetworkDefinition whole = Definition.WithOutputs(output ?? Definition.Outputs[0].Name);
        // What no path from the layer reaches is not taken along; where the output needs it the definition names what is missing.
        HashSet<string> reached = [layer];
        List<NetworkNode> nodes = [];
        foreach (NetworkNode node in whole.Nodes.Where(node => node.Name != layer && node.Inputs.Any(reached.Contains)))
        {
            reached.Add(node.Name);
            nodes.Add(node);
        }
        return Part(new NetworkDefinition([new(layer, Definition.ShapeOf(layer))], nodes, whole.Outputs));
    }

    /// <summary>The model with some of its outputs, without what only the others need; the weights are the same
    /// tensors.</summary>
    /// <inheritdoc cref="NetworkDefinition.WithOutputs"/>
    public NetworkModel WithOutputs(params IReadOnlyList<string> names) => Part(Definition.WithOutputs(names));

    private NetworkModel Part(NetworkDefinition definition) =>
        new(definition, new(definition.Parameters.Select(spec => KeyValuePair.Create(spec.Name, Weights[spec.Name]))));
}
