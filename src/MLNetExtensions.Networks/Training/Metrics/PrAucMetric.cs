namespace MLNetExtensions.Networks.Training;

/// <summary>The area under the precision-recall curve by the lower trapezoid (Boyd, Eng and Page, "Area under the
/// Precision-Recall Curve: Point Estimates and Confidence Intervals", 2013), as in ML.NET's evaluator; examples of equal score
/// come in one step.</summary>
/// <inheritdoc cref="RankingMetric"/>
public sealed record PrAucMetric : RankingMetric
{
    /// <inheritdoc/>
    public override string Name => "PR-AUC";

    private protected override double Of(
        IEnumerable<(double Positive, double Negative)> groups, double positive, double negative)
    {
        (double area, double precision, double truePositives, double falsePositives) = (0, 1, 0, 0);
        foreach ((double groupPositive, double groupNegative) in groups)
        {
            (truePositives, falsePositives) = (truePositives + groupPositive, falsePositives + groupNegative);
            if (truePositives + falsePositives == 0)
                continue;
            double next = truePositives / (truePositives + falsePositives);
            area += groupPositive / positive * (precision + next) / 2;
            precision = next;
        }
        return area;
    }
}
