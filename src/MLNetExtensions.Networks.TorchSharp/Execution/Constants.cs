using TorchSharp;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Scalars that live as long as the process.</summary>
internal static class Constants
{
    /// <summary>1, as the factor of what is added for instance. Left out, TorchSharp makes one that may be finalised while the
    /// call runs: libtorch then says "Expected false to be true", once in thousands of fits.</summary>
    public static readonly Scalar One = 1;
}
