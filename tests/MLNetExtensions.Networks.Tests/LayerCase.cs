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

    /// <summary>The layer by itself, where images stay images as they do among layers of images: first with the network's inputs
    /// for its own, then behind functions that are not zero at zero, so that lanes without a channel hold values too. None when it
    /// takes ids or a mask.</summary>
    public IEnumerable<NetworkDefinition> Alone => Layer is Embedding || (Inputs.Length > 1 && Layer.OptionalInputs > 0)
        ? []
        : [Behind(), Behind(new Sigmoid(), new Softplus())];

    private NetworkDefinition Behind(params Layer[] functions) => NetworkDefinition.Build(network =>
    {
        string[] inputs = [.. Inputs.Select((shape, i) => network.Input($"input{i}", shape))];
        if (functions.Length > 0)
            inputs = [.. inputs.Select((input, i) => network.From(input).Add(functions[i % functions.Length]).Current)];
        network.Add(Layer, null, inputs);
    });

    private NetworkDefinition OfIds(Embedding table) => NetworkDefinition.Build(network =>
    {
        network.InputIds(NetworkDefinition.InputName, Inputs[0], table.NumEmbeddings);
        network.Add(Layer).Flatten().Linear(3);
    });

    public override string ToString() => $"{Layer} on {string.Join(", ", (object[])Inputs)}";
}
