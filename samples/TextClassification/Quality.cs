using Microsoft.ML.Data;

namespace Samples.TextClassification;

/// <summary>How good the predictions of a run are.</summary>
/// <param name="Accuracy">The share that is right.</param>
/// <param name="MacroF1">The mean of the classes' F1.</param>
/// <param name="RareF1">The F1 of the class that is rarest in the training data.</param>
internal sealed record Quality(double Accuracy, double MacroF1, double RareF1)
{
    /// <param name="matrix">Counts, a row for each class.</param>
    /// <param name="rarest">The number of the rarest class.</param>
    public static Quality Of(ConfusionMatrix matrix, int rarest)
    {
        double[] f1 = [.. matrix.PerClassPrecision.Zip(matrix.PerClassRecall, Harmonic)];
        double right = matrix.Counts.Select((row, i) => row[i]).Sum(), all = matrix.Counts.Sum(row => row.Sum());
        return new(right / all, f1.Average(), f1[rarest]);
    }

    /// <summary>The mean of several runs.</summary>
    public static Quality Mean(IReadOnlyCollection<Quality> runs) =>
        new(runs.Average(run => run.Accuracy), runs.Average(run => run.MacroF1), runs.Average(run => run.RareF1));

    // A class that is neither there nor predicted has neither precision nor recall.
    private static double Harmonic(double precision, double recall) =>
        precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}
