namespace MLNetExtensions.Reporting.Evaluation;

/// <summary>
/// The curves of a score that ranks examples. Examples with equal scores are one threshold, so that ties make a slanted line and
/// not an order that the data happened to have.
/// </summary>
internal static class RankingCurves
{
    /// <summary>The receiver operating characteristic (Fawcett 2006): false-positive rate against true-positive rate, from (0, 0)
    /// to (1, 1). Empty when one of the classes is missing.</summary>
    public static IReadOnlyList<(double X, double Y)> Roc(IReadOnlyList<ScoredExample> examples)
    {
        (double positives, double negatives) = Totals(examples);
        if (positives == 0 || negatives == 0)
            return [];
        List<(double, double)> points = [(0, 0)];
        foreach ((double hits, double alarms) in Thresholds(examples))
            points.Add((alarms / negatives, hits / positives));
        return points;
    }

    /// <summary>Recall against precision (Davis and Goadrich 2006), a point a threshold. Empty without a positive
    /// example.</summary>
    public static IReadOnlyList<(double X, double Y)> PrecisionRecall(IReadOnlyList<ScoredExample> examples)
    {
        (double positives, double _) = Totals(examples);
        if (positives == 0)
            return [];
        return [.. Thresholds(examples).Where(at => at.Hits + at.Alarms > 0)
            .Select(at => (at.Hits / positives, at.Hits / (at.Hits + at.Alarms)))];
    }

    /// <summary>The area under a curve by trapezoids.</summary>
    public static double Area(IReadOnlyList<(double X, double Y)> points)
    {
        double area = 0;
        for (int i = 1; i < points.Count; i++)
            area += (points[i].X - points[i - 1].X) * (points[i].Y + points[i - 1].Y) / 2;
        return area;
    }

    private static (double Positives, double Negatives) Totals(IReadOnlyList<ScoredExample> examples) =>
        (examples.Where(example => example.IsPositive).Sum(example => example.Weight),
            examples.Where(example => !example.IsPositive).Sum(example => example.Weight));

    /// <summary>The weight of positive (hits) and negative examples (alarms) at or above each score that occurs, from the
    /// highest.</summary>
    private static IEnumerable<(double Hits, double Alarms)> Thresholds(IReadOnlyList<ScoredExample> examples)
    {
        (double hits, double alarms) = (0, 0);
        foreach (IGrouping<float, ScoredExample> equal in
            examples.GroupBy(example => example.Score).OrderByDescending(group => group.Key))
        {
            foreach (ScoredExample example in equal)
            {
                if (example.IsPositive)
                    hits += example.Weight;
                else
                    alarms += example.Weight;
            }
            yield return (hits, alarms);
        }
    }
}
