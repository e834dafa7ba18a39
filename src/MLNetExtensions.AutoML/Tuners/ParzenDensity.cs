namespace MLNetExtensions.AutoML;

/// <summary>
/// A density over [0, 1] around given values, equal parts of a kernel at each and a wide one over all. A kernel is as wide as the
/// larger gap to its neighbours. Kernels are logistic, cut off at 0 and 1: near to normal ones, but with a distribution function
/// in closed form. Where there are steps, it is a probability of each.
/// </summary>
internal sealed class ParzenDensity
{
    private const double Prior = 0.5, WidestKernel = 1;
    private const int NarrowestShare = 100;

    private readonly int? _steps;
    private readonly (double Center, double Scale)[] _kernels;

    public ParzenDensity(IEnumerable<double> values, int? steps)
    {
        _steps = steps;
        double[] centers = [.. values.Select(Snap).Append(Prior).Order()];
        double narrowest = 1.0 / Math.Min(NarrowestShare, centers.Length + 1);
        _kernels = [.. centers.Select((center, i) =>
        {
            double below = center - (i == 0 ? 0 : centers[i - 1]);
            double above = (i == centers.Length - 1 ? 1 : centers[i + 1]) - center;
            return (center, ScaleOf(Math.Clamp(Math.Max(below, above), narrowest, WidestKernel)));
        })];
        // The first kernel at the prior's place serves as the prior.
        _kernels[Array.IndexOf(centers, Prior)].Scale = ScaleOf(WidestKernel);
    }

    /// <summary>The density at a value, or the probability of its step.</summary>
    public double At(double value)
    {
        if (_steps is not { } steps)
            return _kernels.Average(kernel => Slope(value, kernel) / Mass(0, 1, kernel));
        double middle = Snap(value), half = 0.5 / steps;
        return _kernels.Average(kernel => Mass(middle - half, middle + half, kernel) / Mass(0, 1, kernel));
    }

    /// <summary>Draws a value; where there are steps, the middle of one.</summary>
    public double Sample(Random random)
    {
        (double Center, double Scale) kernel = _kernels[random.Next(_kernels.Length)];
        double share = Distribution(0, kernel) + random.NextDouble() * Mass(0, 1, kernel);
        return Snap(Math.Clamp(kernel.Center + kernel.Scale * Math.Log(share / (1 - share)), 0, 1));
    }

    private double Snap(double value) =>
        _steps is { } steps ? (Math.Min(Math.Floor(value * steps), steps - 1) + 0.5) / steps : value;

    /// <summary>The scale of a logistic distribution of the given deviation.</summary>
    private static double ScaleOf(double deviation) => deviation * Math.Sqrt(3) / Math.PI;

    private static double Mass(double from, double to, (double, double) kernel) =>
        Distribution(to, kernel) - Distribution(from, kernel);

    private static double Distribution(double x, (double Center, double Scale) kernel) =>
        1 / (1 + Math.Exp((kernel.Center - x) / kernel.Scale));

    private static double Slope(double x, (double Center, double Scale) kernel)
    {
        double share = Distribution(x, kernel);
        return share * (1 - share) / kernel.Scale;
    }
}
