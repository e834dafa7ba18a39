namespace MLNetExtensions.Networks;

/// <summary>What a safetensors file holds: its tensors, and the strings that its writer added.</summary>
public sealed record SafeTensorsContent(NetworkWeights Weights, IReadOnlyDictionary<string, string> Metadata);
