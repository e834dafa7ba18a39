namespace Microsoft.ML.Data;

/// <summary>Tallies rows that a multiclass classifier has scored. A row counts when its label is a whole number from 0 (or a key
/// that is not missing) and all its scores are finite.</summary>
internal sealed class MulticlassEvaluator(int classes)
{
    private const float SmallestProbability = 1e-15f;
    private readonly double[][] _counts = [.. Enumerable.Range(0, classes).Select(_ => new double[classes])];
    private readonly double[] _rowsOfClass = new double[classes];
    private readonly double[] _logLossOfClass = new double[classes];
    // One more rank than classes, for labels that have no score at all.
    private readonly double[] _rowsOfRank = new double[classes + 1];
    private double _rows;
    private double _logLoss;

    internal static MulticlassClassificationMetrics Evaluate(IDataView data, string label, string score, string predictedLabel,
        int topK)
    {
        var labelColumn = ScoredData.Find(data, "Label", label);
        var scoreColumn = ScoredData.Find(data, "Score", score);
        ScoredData.Find(data, "PredictedLabel", predictedLabel);
        ArgumentOutOfRangeException.ThrowIfNegative(topK);
        var type = scoreColumn.Type as VectorDataViewType;
        scoreColumn.CheckType(type is { Size: >= 2 } && type.ItemType == NumberDataViewType.Single, "score",
            "vector of two or more items of type Single");
        labelColumn.CheckType(labelColumn.Type == NumberDataViewType.Single || labelColumn.Type is KeyDataViewType, "label",
            "Single or Key");

        var evaluator = new MulticlassEvaluator(type.Size);
        var scores = new float[type.Size];
        foreach (var (y, vector, _) in ScoredData.Rows<VBuffer<float>>(data, labelColumn, scoreColumn))
        {
            if (!(y >= 0 && y == (int)y)) continue;
            Contracts.Check(vector.Length == scores.Length, $"Column '{score}' has {vector.Length} scores, not {scores.Length}");
            vector.CopyTo(scores);
            if (Array.TrueForAll(scores, float.IsFinite)) evaluator.Add((int)y, scores);
        }
        var names = scoreColumn.TextAnnotation(Kinds.SlotNames)
            ?? [.. Enumerable.Range(0, type.Size).Select(k => k.ToString())];
        return evaluator.Metrics(names, topK);
    }

    private void Add(int label, float[] scores)
    {
        var known = label < scores.Length;
        var probability = known ? scores[label] : 0;
        int rank = 0, predicted = 0;
        for (var k = 0; k < scores.Length; k++)
        {
            if (scores[k] > probability || (scores[k] == probability && k < label)) rank++;
            if (scores[k] > scores[predicted]) predicted = k;
        }
        var loss = -Math.Log(Math.Clamp(probability, SmallestProbability, 1));
        _rows++;
        _logLoss += loss;
        _rowsOfRank[rank]++;
        if (!known && rank > 0) return;
        _rowsOfClass[label]++;
        _logLossOfClass[label] += loss;
        _counts[label][predicted]++;
    }

    private MulticlassClassificationMetrics Metrics(string[] classNames, int topK)
    {
        var entropy = _rowsOfClass.Sum(n => n == 0 ? 0 : n * Math.Log(n / _rows)) / -_rows;
        var logLoss = _rows > 0 ? _logLoss / _rows : 0;
        var recalls = _rowsOfClass.Select((n, k) => _counts[k][k] / n).Where(recall => !double.IsNaN(recall)).DefaultIfEmpty(0);
        return new MulticlassClassificationMetrics
        {
            MicroAccuracy = _rows > 0 ? _rowsOfRank[0] / _rows : 0,
            MacroAccuracy = recalls.Average(),
            LogLoss = logLoss,
            LogLossReduction = (entropy - logLoss) / entropy,
            TopKPredictionCount = topK,
            TopKAccuracyForAllK = topK > 0 ? TopKAccuracies(topK) : null,
            PerClassLogLoss = _logLossOfClass.Select((loss, k) => _rowsOfClass[k] > 0 ? loss / _rowsOfClass[k] : 0).ToArray(),
            ConfusionMatrix = new ConfusionMatrix(classNames, _counts, isBinary: false),
        };
    }

    private double[] TopKAccuracies(int topK)
    {
        if (topK > _rowsOfRank.Length)
            throw new IndexOutOfRangeException($"topKPredictionCount is {topK}, but there are {_rowsOfClass.Length} classes");
        var sum = 0.0;
        return [.. _rowsOfRank.Take(topK).Select(rows => sum += rows / _rows)];
    }
}
