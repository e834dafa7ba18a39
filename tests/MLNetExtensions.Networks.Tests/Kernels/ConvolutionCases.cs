using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

/// <summary>Shapes that a convolution must get right: the odd ones by hand, the rest at random.</summary>
internal static class ConvolutionCases
{
    private static readonly ConvGeometry[] Odd =
    [
        new(1, 1, 1, 1, 1, 1),
        new(3, 1, 1, 5, 3, 3, PadH: 1, PadW: 1),
        new(2, 7, 5, 3, 1, 1, StrideH: 3, StrideW: 2),
        new(4, 6, 6, 8, 2, 2, StrideH: 3, StrideW: 3),
        new(3, 9, 9, 7, 5, 5, PadH: 2, PadW: 2),
        new(2, 4, 9, 3, 3, 1, StrideH: 2, PadH: 1, DilationH: 2),
        new(17, 5, 6, 19, 3, 3, PadH: 1, PadW: 1),
        new(32, 4, 7, 33, 3, 3, PadH: 1, PadW: 1),
        new(6, 8, 8, 6, 3, 3, PadH: 1, PadW: 1, Groups: 6),
        new(19, 11, 21, 19, 3, 3, PadH: 1, PadW: 1, Groups: 19),
        new(5, 12, 23, 5, 5, 3, StrideH: 2, StrideW: 2, PadH: 2, PadW: 1, Groups: 5),
        new(7, 13, 9, 7, 3, 5, StrideH: 3, PadH: 4, PadW: 2, DilationW: 2, Groups: 7),
        new(4, 9, 40, 4, 2, 2, Groups: 4),
        new(3, 4, 5, 9, 3, 3, PadH: 1, PadW: 1, Groups: 3),
        new(8, 5, 5, 12, 3, 3, PadH: 1, PadW: 1, Groups: 4),
        new(32, 3, 3, 64, 1, 1, Groups: 2),
        new(5, 6, 30, 4, 3, 7, StrideH: 2, StrideW: 4, PadH: 1, PadW: 3, DilationW: 2),
        new(2, 3, 3, 2, 3, 3, PadH: 5, PadW: 4),
        new(3, 8, 8, 4, 3, 3, StrideH: 5, StrideW: 7, PadH: 1, PadW: 1),
        new(144, 3, 4, 20, 3, 3, PadH: 1, PadW: 1),
    ];

    public static IEnumerable<ConvGeometry> All(int seed, int count)
    {
        var random = new Random(seed);
        foreach (var geometry in Odd)
        {
            yield return geometry;
        }

        for (var made = 0; made < count;)
        {
            var depthwise = random.Next(5) == 0;
            var groups = depthwise ? random.Next(2, 20) : random.Next(4) == 0 ? random.Next(2, 4) : 1;
            var g = new ConvGeometry(
                groups * (depthwise ? 1 : random.Next(1, 12)), random.Next(1, 13), random.Next(1, 13),
                groups * (depthwise ? 1 : random.Next(1, 14)),
                random.Next(1, 6), random.Next(1, 6), random.Next(1, 4), random.Next(1, 4), random.Next(0, 4), random.Next(0, 4),
                random.Next(1, 3), random.Next(1, 3), groups);
            if (g.Height + 2 * g.PadH >= g.DilationH * (g.KernelH - 1) + 1 && g.Width + 2 * g.PadW >= g.DilationW * (g.KernelW - 1) + 1)
            {
                made++;
                yield return g;
            }
        }
    }
}
