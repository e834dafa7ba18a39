namespace MLNetExtensions.Networks.Managed;

/// <summary>Work that the calling thread does alone, each kind in its own unit: less than this is meant to be over before another
/// thread has begun.</summary>
/// <remarks>Only the time depends on it, no result. The numbers are round ones, of the order of microseconds; the kernel
/// benchmarks of small shapes (<c>lenet-2</c>, <c>8x64</c>) show what another would change.</remarks>
internal static class InlineWork
{
    /// <summary>Multiply-adds of vectors in a tile.</summary>
    public const long MultiplyAdds = 20_000;

    /// <summary>Multiply-adds of a depthwise convolution of one image, which memory holds up.</summary>
    public const long DepthwiseMultiplyAdds = 10_000;

    /// <summary>Multiply-adds of vectors on sparse rows, whose weights are fetched one by one.</summary>
    public const long SparseMultiplyAdds = 5_000;

    /// <summary>Numbers that are pooled.</summary>
    public const long PooledNumbers = 8_000;

    /// <summary>Numbers that are moved from one layout to another.</summary>
    public const long MovedNumbers = 20_000;

    /// <summary>Vectors of element-wise arithmetic.</summary>
    public const long ElementwiseVectors = 2_048;
}
