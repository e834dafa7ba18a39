namespace MLNetExtensions.Networks;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Weights">Its tensors of floating-point numbers.</param>
/// <param name="Metadata">The strings that its writer added.</param>
/// <param name="Unread">The tensors that are no weights (integers, masks, quantised or empty ones) by name, with what they are:
/// <c>I64 [1]</c>.</param>
public sealed record SafeTensorsContent(
    NetworkWeights Weights, IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, string> Unread)
{
    /// <summary>The weights of a network, in its order. Tensors that the network does not ask for may be of any type.</summary>
    /// <exception cref="ArgumentException">A tensor is missing, unreadable, of another shape, or unknown to the network; the message
    /// names it.</exception>
    public NetworkWeights OrderedAs(NetworkDefinition network)
    {
        if (network.Parameters.FirstOrDefault(spec => Unread.ContainsKey(spec.Name)) is { } wanted)
            throw new ArgumentException(
                $"The network needs '{wanted.Name}' {wanted.Shape}, which is {Unread[wanted.Name]} in the file; weights are F32, F64, F16 " +
                "or BF16.");
        return Weights.OrderedAs(network);
    }
}
