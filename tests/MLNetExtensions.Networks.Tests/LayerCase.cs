namespace MLNetExtensions.Networks.Tests;

/// <summary>A layer and the shapes that it is applied to.</summary>
public sealed record LayerCase(Layer Layer, params TensorShape[] Inputs)
{
    /// <summary>A network of four features whose gradients pass through the layer: each of its inputs is a linear function of
    /// the features. What has no gradient takes the features themselves, and a mask is one of sequences of all lengths, 0
    /// included.</summary>
    public NetworkDefinition Network => Layer is Embedding table ? OfIds(table) : NetworkDefinition.Build(new(4), network =>
    {
        Action<NetworkBuilder>[] inputs =
            [.. Inputs.Select((shape, i) => (Action<NetworkBuilder>)(branch => (i >= Layer.InputCount && Layer.OptionalInputs > 0
                ? branch.Slice(0, 0, 1).Normalize([-0.4f], [0.2f]).SequenceMask((int)shape.Size)
                : Layer is PaddingMask or SequenceMask ? branch.Slice(0, 0, (int)shape.Size) : branch.Linear((int)shape.Size)).Reshape(shape)))];
        if (inputs is [var only])
        {
            only(network);
            network.Add(Layer);
        }
        else
        {
            network.Branches(Layer, null, inputs);
        }
        network.Flatten().Linear(3);
    });

    /// <summary>The layer by itself; null when it takes several inputs.</summary>
    public NetworkDefinition? Alone => Inputs is [var shape] && Layer is not Embedding ? NetworkDefinition.Build(shape, network => network.Add(Layer)) : null;

    private NetworkDefinition OfIds(Embedding table) => NetworkDefinition.Build(network =>
    {
        network.InputIds(NetworkDefinition.InputName, Inputs[0], table.NumEmbeddings);
        network.Add(Layer).Flatten().Linear(3);
    });

    public override string ToString() => $"{Layer} on {string.Join(", ", (object[])Inputs)}";
}
