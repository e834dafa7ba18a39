namespace MLNetExtensions.Networks.Onnx;

/// <summary>Sizes as ONNX writes them.</summary>
internal static class SizeAxes
{
    /// <summary>Height and width.</summary>
    public static long[] ToAxes(this Size2d size) => [size.Height, size.Width];
}
