namespace MLNetExtensions.Networks.Managed;

/// <summary>The vector width that kernels are compiled for.</summary>
public enum SimdLevel
{
    /// <summary>One element at a time: any processor.</summary>
    Scalar,

    /// <summary>128 bits: SSE, NEON.</summary>
    Vector128,

    /// <summary>256 bits: AVX2.</summary>
    Vector256,

    /// <summary>512 bits: AVX-512.</summary>
    Vector512,
}
