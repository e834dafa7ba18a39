namespace MLNetExtensions.Networks;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Weights">Its tensors of floating-point numbers.</param>
/// <param name="Metadata">The strings that its writer added.</param>
public sealed record SafeTensorsContent(NetworkWeights Weights, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The tensors that are no weights (integers, masks, quantised or empty ones) by name, with what they are:
    /// <c>I64 [1]</c>. It is an error only where a network needs one of them.</summary>
    public IReadOnlyDictionary<string, string> Unread => Weights.Unread;
}
