namespace MLNetExtensions.Networks.Training;

/// <summary>Random shares.</summary>
internal static class BetaDistribution
{
    /// <summary>A number of Beta(<paramref name="alpha"/>, <paramref name="alpha"/>), in [0, 1]: x / (x + y) for two of
    /// Gamma(<paramref name="alpha"/>).</summary>
    public static double Draw(double alpha, ref SplitMix64 random)
    {
        double x = LogGamma(alpha, ref random), y = LogGamma(alpha, ref random);
        // By logarithms: for a small alpha both numbers may be 0 in Double.
        return 1 / (1 + Math.Exp(y - x));
    }

    /// <summary>The logarithm of a number of the gamma distribution (Marsaglia and Tsang, "A Simple Method for Generating Gamma
    /// Variables", 2000), which for a shape below 1 is one of the next shape times u^(1/shape).</summary>
    private static double LogGamma(double shape, ref SplitMix64 random)
    {
        if (shape < 1)
            return LogGamma(shape + 1, ref random) + Math.Log(Uniform(ref random)) / shape;
        double d = shape - 1.0 / 3, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = random.NextNormal();
            double root = 1 + c * normal;
            if (root <= 0)
                continue;
            double cube = root * root * root;
            if (Math.Log(Uniform(ref random)) < normal * normal / 2 + d * (1 - cube + Math.Log(cube)))
                return Math.Log(d * cube);
        }
    }

    /// <summary>A number in (0, 1].</summary>
    private static double Uniform(ref SplitMix64 random) => 1 - random.NextDouble();
}
