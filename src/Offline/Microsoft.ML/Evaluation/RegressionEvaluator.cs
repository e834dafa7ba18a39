namespace Microsoft.ML.Data;

/// <summary>Evaluates scored rows of a regression; rows with a NaN label or score do not count.</summary>
internal static class RegressionEvaluator
{
    internal static RegressionMetrics Evaluate(IDataView data, string label, string score)
    {
        var labelColumn = ScoredData.Find(data, "Label", label);
        var scoreColumn = ScoredData.Find(data, "Score", score);
        scoreColumn.CheckType(scoreColumn.Type == NumberDataViewType.Single, "score", "Single");
        labelColumn.CheckType(labelColumn.Type == NumberDataViewType.Single, "label", "Single");

        double rows = 0, absolute = 0, squared = 0, loss = 0, labels = 0, labelsSquared = 0;
        foreach (var (y, s, _) in ScoredData.Rows<float>(data, labelColumn, scoreColumn))
        {
            if (float.IsNaN(y) || float.IsNaN(s)) continue;
            var error = Math.Abs((double)y - s);
            rows++;
            absolute += error;
            squared += error * error;
            // The original squares in single precision here and in the loss.
            loss += (s - y) * (s - y);
            labels += y;
            labelsSquared += y * y;
        }
        if (rows == 0) return new RegressionMetrics();
        var spread = labelsSquared - labels * labels / rows;
        return new RegressionMetrics
        {
            MeanAbsoluteError = absolute / rows,
            MeanSquaredError = squared / rows,
            LossFunction = loss / rows,
            RSquared = spread == 0 ? double.NaN : 1 - squared / spread,
        };
    }
}
