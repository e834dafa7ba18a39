namespace MLNetExtensions.Networks.Training;

/// <summary>
/// The learning rate times <paramref name="Factor"/> when the loss (of the validation set, where there is one) has not improved
/// for more than <paramref name="Patience"/> epochs: PyTorch's <c>ReduceLROnPlateau</c> with its relative threshold.
/// </summary>
/// <param name="Factor">What the rate is multiplied by, in (0, 1).</param>
/// <param name="Patience">Epochs without improvement that are let pass.</param>
/// <param name="Threshold">The share by which the best loss must fall to count as an improvement.</param>
/// <param name="Cooldown">Epochs after a reduction in which none is counted as bad.</param>
/// <param name="MinimumRate">The lowest learning rate.</param>
public sealed record ReduceOnPlateauSchedule(
    double Factor = 0.1, int Patience = 10, double Threshold = 1e-4, int Cooldown = 0, double MinimumRate = 0)
    : LearningRateSchedule
{
    /// <summary>A smaller change of the rate is not made.</summary>
    private const double SmallestChange = 1e-8;

    /// <inheritdoc/>
    protected internal override bool DependsOnEpochs => false;

    /// <inheritdoc/>
    public override IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch)
    {
        Require(
            Factor is > 0 and < 1 && Patience >= 0 && Threshold is >= 0 and < 1 && Cooldown >= 0 && MinimumRate >= 0,
            "a factor in (0, 1), a threshold in [0, 1) and everything else at least 0");
        return new Running(this, baseRate);
    }

    private sealed class Running(ReduceOnPlateauSchedule options, double baseRate) : IRunningSchedule
    {
        private double _rate = baseRate;
        private double _best = double.PositiveInfinity;
        private int _badEpochs;
        private int _cooldownLeft;

        public double Rate(long step) => _rate;

        public void EpochEnded(int epoch, double loss)
        {
            if (loss < _best * (1 - options.Threshold))
                (_best, _badEpochs) = (loss, 0);
            else
                _badEpochs++;
            if (_cooldownLeft > 0)
                (_cooldownLeft, _badEpochs) = (_cooldownLeft - 1, 0);
            if (_badEpochs <= options.Patience)
                return;
            (_cooldownLeft, _badEpochs) = (options.Cooldown, 0);
            double reduced = Math.Max(_rate * options.Factor, options.MinimumRate);
            if (_rate - reduced > SmallestChange)
                _rate = reduced;
        }
    }
}
