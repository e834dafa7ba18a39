using MLNetExtensions.Networks.Training;

namespace Samples.LanguageModel;

/// <summary>nanoGPT's schedule: a straight rise to the base rate over some steps, then half a cosine down to another
/// rate.</summary>
/// <param name="WarmupSteps">The steps of the rise.</param>
/// <param name="MinimumRate">The rate at the end.</param>
internal sealed record WarmupCosine(int WarmupSteps, double MinimumRate) : LearningRateSchedule
{
    /// <inheritdoc/>
    public override IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch) =>
        new Running(this, baseRate, (long)epochs * stepsPerEpoch);

    private sealed class Running(WarmupCosine options, double baseRate, long steps) : IRunningSchedule
    {
        public double Rate(long step)
        {
            if (step < options.WarmupSteps)
                return baseRate * (step + 1) / (options.WarmupSteps + 1);
            double share = (double)(step - options.WarmupSteps) / Math.Max(1, steps - options.WarmupSteps);
            return options.MinimumRate + (baseRate - options.MinimumRate) * (1 + Math.Cos(Math.PI * share)) / 2;
        }

        public void EpochEnded(int epoch, double loss)
        {
        }
    }
}
