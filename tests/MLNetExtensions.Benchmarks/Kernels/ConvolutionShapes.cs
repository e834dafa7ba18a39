using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>Convolutions of the networks that users train here.</summary>
internal static class ConvolutionShapes
{
    private static readonly Dictionary<string, ConvGeometry> Shapes = new()
    {
        ["lenet-1"] = new(1, 28, 28, 6, 5, 5, PadH: 2, PadW: 2),
        ["lenet-2"] = new(6, 14, 14, 16, 5, 5),
        ["simplecnn-1"] = new(3, 32, 32, 32, 3, 3, PadH: 1, PadW: 1),
        ["simplecnn-2"] = new(32, 16, 16, 64, 3, 3, PadH: 1, PadW: 1),
        ["1x1"] = new(64, 28, 28, 64, 1, 1),
        ["stride-2"] = new(64, 28, 28, 128, 3, 3, 2, 2, 1, 1),
        ["depthwise"] = new(64, 28, 28, 64, 3, 3, PadH: 1, PadW: 1, Groups: 64),
        ["vgg-4"] = new(256, 28, 28, 512, 3, 3, PadH: 1, PadW: 1),
    };

    public static IEnumerable<string> ForImages => Shapes.Keys;

    /// <summary>Without those of which a batch takes seconds.</summary>
    public static IEnumerable<string> ForBatches => Shapes.Keys.Where(name => !name.StartsWith("vgg", StringComparison.Ordinal));

    public static ConvGeometry Get(string name) => Shapes[name];
}
