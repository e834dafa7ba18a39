namespace MLNetExtensions.Networks.Onnx;

/// <summary>The batch dimension among the dimensions of a value and in what a model computes from them. A network has none, so
/// it stands as one number that no real dimension has: arithmetic on shapes (twice the batch, the batch behind other dimensions)
/// then needs no rules of its own, and as a power of two it survives the detour over Single that some exporters take.</summary>
internal static class BatchDimension
{
    /// <summary>The batch size.</summary>
    public const long Unit = 1L << 40;

    /// <summary>Whether a dimension is the batch size or a multiple.</summary>
    public static bool IsBatch(this long dimension) => dimension >= Unit && dimension % Unit == 0;

    /// <summary>A dimension as messages show it: <c>N</c> for the batch.</summary>
    public static string Text(this long dimension) =>
        !dimension.IsBatch() ? dimension.ToString() : dimension == Unit ? "N" : $"{dimension / Unit}N";

    /// <summary>Dimensions as messages show them.</summary>
    public static string Text(this IEnumerable<long> dimensions) => $"[{string.Join('×', dimensions.Select(Text))}]";
}
