namespace MLNetExtensions.Networks.Architectures;

/// <summary>What several architectures add in the same way.</summary>
internal static class ArchitectureBuilding
{
    /// <summary>The shape of one image, of which 3×224×224 is the usual one, or 3×32×32 of the form for small images.</summary>
    public static TensorShape OrUsual(this TensorShape? inputShape, bool smallImages) =>
        inputShape ?? (smallImages ? new(3, 32, 32) : new(3, 224, 224));

    /// <summary>A first layer <c>normalize</c>, unless it is null.</summary>
    public static NetworkBuilder OptionalNormalize(this NetworkBuilder network, Normalize? normalization) =>
        normalization is null ? network : network.Add(normalization, "normalize");
}
