namespace MLNetExtensions.Networks.Training;

/// <summary>
/// One cycle up and down (Smith and Topin, "Super-Convergence", 2018), PyTorch's <c>OneCycleLR</c> with cosine annealing and the
/// momentum left alone: from base/<paramref name="StartDivisor"/> up to the base rate, then down to the start's
/// 1/<paramref name="EndDivisor"/>.
/// </summary>
/// <param name="RisingShare">The share of the steps in which the rate rises, in (0, 1).</param>
/// <param name="StartDivisor">Base rate over initial rate, above 0.</param>
/// <param name="EndDivisor">Initial rate over final rate, above 0.</param>
public sealed record OneCycleSchedule(
    double RisingShare = 0.3, double StartDivisor = 25, double EndDivisor = 1e4) : LearningRateSchedule
{
    /// <inheritdoc/>
    public override IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch)
    {
        Require(
            RisingShare is > 0 and < 1 && StartDivisor > 0 && EndDivisor > 0, "a rising share in (0, 1) and divisors above 0");
        double last = (double)epochs * stepsPerEpoch - 1;
        double peak = RisingShare * (last + 1) - 1;
        double start = baseRate / StartDivisor;
        return new FormulaSchedule(step => step <= peak
            ? Anneal(start, baseRate, step / peak)
            : Anneal(baseRate, start / EndDivisor, (Math.Min(step, last) - peak) / (last - peak)));
    }

    /// <summary>From <paramref name="from"/> to <paramref name="to"/> along half a cosine. A share of 0/0,
    /// a rise of one step, is its end.</summary>
    private static double Anneal(double from, double to, double share) =>
        double.IsNaN(share) ? to : to + (from - to) * (1 + Math.Cos(Math.PI * share)) / 2;
}
