using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Trainers;

/// <summary>What the labels of the rows to learn from say together, each row counted by its weight.</summary>
internal static class LabelStatistics
{
    /// <summary>The mean of <paramref name="value"/>(label).</summary>
    /// <param name="data">The rows.</param>
    /// <param name="value">What is averaged.</param>
    /// <param name="slot">Which number of a label that is a vector.</param>
    public static double MeanOfLabels(this TrainingData data, Func<float, double> value, int slot = 0)
    {
        (double sum, double weight) = (0, 0);
        for (int row = 0; row < data.Count; row++)
        {
            sum += data.Weight(row) * value(data.Targets(row)[slot]);
            weight += data.Weight(row);
        }
        return sum / weight;
    }

    /// <summary>The weight of all rows of each class.</summary>
    public static double[] ClassTotals(this TrainingData data, int classes)
    {
        double[] totals = new double[classes];
        for (int row = 0; row < data.Count; row++)
            totals[(int)data.Targets(row)[0]] += data.Weight(row);
        return totals;
    }
}
