namespace MLNetExtensions.Networks;

/// <summary>A trained network: what it is and what it learned.</summary>
public sealed class NetworkModel
{
    /// <summary>A network and its weights.</summary>
    /// <exception cref="ArgumentException">The weights don't fit the definition.</exception>
    public NetworkModel(NetworkDefinition definition, NetworkWeights weights)
    {
        weights.CheckFits(definition);
        (Definition, Weights) = (definition, weights);
    }

    /// <summary>The graph.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>The parameters and buffers.</summary>
    public NetworkWeights Weights { get; }
}
