namespace Microsoft.ML.Data;

/// <summary>How often a row of each actual class (rows) was predicted as each class (columns).</summary>
public sealed class ConfusionMatrix
{
    private readonly string[] _classNames;
    private readonly bool _isBinary;

    internal ConfusionMatrix(string[] classNames, double[][] counts, bool isBinary)
    {
        Contracts.Check(classNames.Length == counts.Length, $"There are {counts.Length} classes, but {classNames.Length} names");
        (_classNames, _isBinary) = (classNames, isBinary);
        Counts = Array.AsReadOnly(counts.Select(IReadOnlyList<double> (row) => Array.AsReadOnly(row)).ToArray());
        PerClassRecall = counts.Select((row, k) => Share(row[k], row.Sum())).ToArray();
        PerClassPrecision = counts.Select((row, k) => Share(row[k], counts.Sum(r => r[k]))).ToArray();

        static double Share(double part, double whole) => whole > 0 ? part / whole : 0;
    }

    public IReadOnlyList<double> PerClassPrecision { get; }
    public IReadOnlyList<double> PerClassRecall { get; }
    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }
    public int NumberOfClasses => Counts.Count;

    /// <summary>The count of the pair; the arguments are the other way round than the indices of <see cref="Counts"/>.</summary>
    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        var (predicted, actual) = (predictedClassIndicatorIndex, actualClassIndicatorIndex);
        Contracts.CheckParam(0 <= predicted && predicted < NumberOfClasses, nameof(predictedClassIndicatorIndex), "No class");
        Contracts.CheckParam(0 <= actual && actual < NumberOfClasses, nameof(actualClassIndicatorIndex), "No class");
        return Counts[actual][predicted];
    }

    public string GetFormattedConfusionTable()
    {
        var width = NumberOfClasses == 2 ? 8 : 5;
        var longest = _classNames.Max(name => name.Length);
        // Names too long for a column are replaced by the class index there, which the row labels then carry as well.
        var numbered = longest > width;
        var digits = (NumberOfClasses - 1).ToString().Length;
        var margin = Math.Max(9, numbered ? longest + digits + 2 : longest);
        var rule = new string('=', NumberOfClasses * (NumberOfClasses > 2 ? 8 : 11));
        string Head(string text) => $"{text.PadRight(margin)} ||";

        var table = new StringBuilder();
        if (_isBinary)
        {
            double positive = Counts[0].Sum(), negative = Counts[1].Sum();
            var ratio = $"{positive / (positive + negative):N4} ({positive:F1}/({positive:F1}+{negative:F1}))";
            table.Append($"TEST {_classNames[0].ToUpper()} RATIO:\t{ratio}");
        }
        table.AppendLine().AppendLine("Confusion table").AppendLine(Head("") + rule).Append(Head("PREDICTED"));
        for (var k = 0; k < NumberOfClasses; k++) table.Append($" {(numbered ? k.ToString() : _classNames[k]).PadLeft(width)} |");
        table.AppendLine(" Recall").AppendLine(Head("TRUTH") + rule);
        for (var k = 0; k < NumberOfClasses; k++)
        {
            var number = numbered ? $"{k.ToString().PadLeft(digits)}. " : "";
            table.Append(number).Append(_classNames[k].PadLeft(margin - number.Length)).Append(" ||");
            foreach (var count in Counts[k]) table.Append($" {count.ToString("N0").PadLeft(width)} |");
            table.AppendLine($" {PerClassRecall[k],5:F4}");
        }
        table.AppendLine(Head("") + rule).Append(Head("Precision"));
        foreach (var precision in PerClassPrecision) table.Append($"{precision.ToString("N4").PadLeft(width + 1)} |");
        return table.AppendLine().ToString();
    }
}
