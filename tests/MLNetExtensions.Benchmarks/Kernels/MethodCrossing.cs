using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>A shape near a threshold of <see cref="ConvolutionMethods{T,TV,S}"/>.</summary>
/// <param name="Threshold">What it is near.</param>
/// <param name="Task">What is computed.</param>
/// <param name="Value">The value that the threshold is for.</param>
/// <param name="Geometry">The shape.</param>
/// <param name="Blocks">Blocks of V images.</param>
/// <param name="First">The method for small values; null for those that the shape has.</param>
/// <param name="Second">The method for large ones.</param>
/// <param name="Density">The share of the numbers of the output's gradient that are not zero.</param>
internal sealed record MethodCrossing(
    string Threshold, MethodTask Task, int Value, ConvGeometry Geometry, int Blocks, ConvolutionMethod? First,
    ConvolutionMethod Second, double Density = 1)
{
    /// <summary>Shapes on either side of every threshold, as the networks have them that users train here.</summary>
    public static IReadOnlyList<MethodCrossing> All { get; } =
    [
        .. Series("Winograd, channels of a batch", MethodTask.Forward, [8, 12, 16, 24, 32], c => (Square(c, 16, c), 4)),
        .. Series("Winograd, pixels of V images", MethodTask.Forward, [4, 6, 8, 10, 12, 16], side => (Square(64, side, 64), 1),
            side => side * side),
        .. Series("Winograd, percent of the tiles that is image", MethodTask.Forward, [5, 6, 7], side => (Square(64, side, 64), 8),
            side => 100 * side * side / 64),
        .. Series("Winograd, terms of a weight's sum", MethodTask.WeightGradient, [1, 2, 4, 8], blocks => (Square(64, 4, 64), blocks),
            blocks => blocks * KernelSet<float>.For(SimdLevels.Best).Lanes, ConvolutionMethod.Transposed),
        .. Series(
            "Winograd of lines, channels of a batch", MethodTask.Forward, [8, 12, 16, 24, 32, 300], c => (Line(c, 40, 4), 4)),
        .. Series("Winograd of lines, taps", MethodTask.Forward, [3, 4, 5, 6, 7], taps => (Line(64, 40, taps), 4)),
        .. Series("Winograd of lines, length", MethodTask.Forward, [4, 8, 12, 16, 24], length => (Line(64, length, 5), 4)),
        .. Series("Winograd, channels of one image", MethodTask.OneImage, [16, 32, 48, 64], c => (Square(c, 28, c), 1)),
        .. Series("Winograd, side of one image", MethodTask.OneImage, [4, 8, 12, 14, 16], side => (Square(128, side, 128), 1)),
        .. Transposed("transposed, channels", [8, 16, 32, 64], c => new(c, 14, 14, 128, 1, 1)),
        .. Transposed("transposed, uses of few pixels", [16, 32, 64, 128], c => new(64, 14, 14, c, 1, 1)),
        .. Transposed("transposed, uses of many pixels", [64, 128, 256, 512, 1024], c => new(64, 28, 28, c, 1, 1)),
        .. Sparse("sparse, gradients of which one is not zero, of a line", new(300, 1, 40, 100, 1, 4, PadW: 3)),
        .. Sparse("sparse, gradients of which one is not zero, of an image by 5 × 5", new(64, 8, 8, 64, 5, 5, PadH: 2, PadW: 2)),
        .. Sparse("sparse, gradients of which one is not zero, of an image by 3 × 3", Square(64, 8, 64)),
        .. new[] { 1, 2, 4, 8 }.Select(taps => Sparse(
            "sparse, products of a number that is one of 16", 64 * taps, Line(64, 40, taps), of: 16)),
        .. new[] { 4, 8, 16, 32 }.Select(outputs => Sparse(
            "sparse, uses, one number of 16", outputs * 4, Line(64, 40, 4) with { OutChannels = outputs }, of: 16)),
    ];

    /// <summary>Whether the shape's method is the second.</summary>
    public bool IsBeyond<TV, S>()
        where TV : unmanaged
        where S : struct, ISimd<float, TV> => Task switch
        {
            MethodTask.Forward => ConvolutionMethods<float, TV, S>.Pass(Geometry, Blocks, constantWeights: false),
            MethodTask.WeightGradient => ConvolutionMethods<float, TV, S>.WeightGradient(Geometry, Blocks),
            MethodTask.Gradients when ConvolutionMethods<float, TV, S>.IsSparse(Geometry, Density) => ConvolutionMethod.Sparse,
            MethodTask.Gradients => ConvolutionMethods<float, TV, S>.WeightGradient(Geometry, Blocks),
            _ => ConvolutionMethods<float, TV, S>.OneImage(Geometry, planarInput: false),
        } == Second;

    private static ConvGeometry Square(int channels, int side, int outputs) =>
        new(channels, side, side, outputs, 3, 3, PadH: 1, PadW: 1);

    private static ConvGeometry Line(int channels, int width, int taps) =>
        new(channels, 1, width + taps - 1, channels, 1, taps);

    private static IEnumerable<MethodCrossing> Sparse(string threshold, ConvGeometry geometry) =>
        new[] { 4, 8, 16, 32, 64 }.Select(of => Sparse(threshold, of, geometry, of));

    private static MethodCrossing Sparse(string threshold, int value, ConvGeometry geometry, int of) =>
        new(threshold, MethodTask.Gradients, value, geometry, 4, null, ConvolutionMethod.Sparse, 1.0 / of);

    private static IEnumerable<MethodCrossing> Series(
        string threshold, MethodTask task, int[] values, Func<int, (ConvGeometry Geometry, int Blocks)> make,
        Func<int, int>? value = null, ConvolutionMethod first = ConvolutionMethod.Direct) =>
        values.Select(at => new MethodCrossing(
            threshold, task, value?.Invoke(at) ?? at, make(at).Geometry, make(at).Blocks, first, ConvolutionMethod.Winograd));

    private static IEnumerable<MethodCrossing> Transposed(string threshold, int[] values, Func<int, ConvGeometry> make) =>
        values.Select(at => new MethodCrossing(
            threshold, MethodTask.WeightGradient, at, make(at), 4, ConvolutionMethod.Direct, ConvolutionMethod.Transposed));
}
