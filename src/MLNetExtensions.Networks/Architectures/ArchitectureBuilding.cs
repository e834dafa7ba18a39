namespace MLNetExtensions.Networks.Architectures;

/// <summary>What several architectures add in the same way.</summary>
internal static class ArchitectureBuilding
{
    /// <summary>A first layer <c>normalize</c>, unless it is null.</summary>
    public static NetworkBuilder OptionalNormalize(this NetworkBuilder network, Normalize? normalization) =>
        normalization is null ? network : network.Add(normalization, "normalize");
}
