namespace MLNetExtensions.Networks.Training;

/// <summary>The area under the ROC curve: the probability that a positive example has a higher score than a negative one, equal
/// scores counting half.</summary>
/// <inheritdoc cref="RankingMetric"/>
public sealed record RocAucMetric : RankingMetric
{
    /// <inheritdoc/>
    public override string Name => "ROC-AUC";

    private protected override double Of(
        IEnumerable<(double Positive, double Negative)> groups, double positive, double negative)
    {
        (double area, double above) = (0, 0);
        foreach ((double groupPositive, double groupNegative) in groups)
        {
            area += groupNegative * (above + groupPositive / 2);
            above += groupPositive;
        }
        return area / (positive * negative);
    }
}
