using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>What becomes of a sum as it is stored: it stays, or is clamped.</summary>
internal enum Rectifier
{
    None,

    /// <summary>max(0, x).</summary>
    ReLU,

    /// <summary>min(max(0, x), 6).</summary>
    ReLU6,
}

/// <summary>The ends of the range that values are clamped to.</summary>
internal static class RectifierRange
{
    public static Rectifier Of(Layer layer) => layer switch
    {
        ReLU => Rectifier.ReLU,
        ReLU6 => Rectifier.ReLU6,
        _ => Rectifier.None,
    };

    public static T Floor<T>(this Rectifier rectifier)
        where T : IFloatingPointIeee754<T> => rectifier == Rectifier.None ? T.NegativeInfinity : T.Zero;

    public static T Ceiling<T>(this Rectifier rectifier)
        where T : IFloatingPointIeee754<T> =>
        rectifier == Rectifier.ReLU6 ? T.CreateTruncating(6) : T.PositiveInfinity;
}
