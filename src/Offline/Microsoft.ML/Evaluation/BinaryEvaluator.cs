namespace Microsoft.ML.Data;

/// <summary>The rows that a binary classifier has scored. A row counts when its score is finite and its label not missing; its
/// prediction is the sign of the score, whatever PredictedLabel says.</summary>
internal sealed class BinaryEvaluator
{
    private const int MaxPrecisionRecallRows = 100_000;

    private readonly (float Score, bool Positive)[] _rows;
    private readonly string[] _classNames = ["positive", "negative"];
    private readonly Random _random;
    private readonly double _logLoss;
    private readonly long _withProbability;
    private readonly long _positivesWithProbability;

    internal BinaryEvaluator(IDataView data, string label, string score, string probability, string predictedLabel, Random random)
    {
        _random = random;
        var labelColumn = ScoredData.Find(data, "Label", label);
        var scoreColumn = ScoredData.Find(data, "Score", score);
        DataViewSchema.Column? probabilityColumn = probability is null ? null : ScoredData.Find(data, "Probability", probability);
        ScoredData.Find(data, "PredictedLabel", predictedLabel);
        scoreColumn.CheckType(scoreColumn.Type == NumberDataViewType.Single, "score", "Single");
        labelColumn.CheckType(labelColumn.Type is BooleanDataViewType or KeyDataViewType { Count: 2 }
            || labelColumn.Type == NumberDataViewType.Single || labelColumn.Type == NumberDataViewType.Double,
            "label", "Single, Double, Boolean, or a Key with cardinality 2");
        probabilityColumn?.CheckType(probabilityColumn?.Type == NumberDataViewType.Single, "probability", "Single");
        if (labelColumn.Type is KeyDataViewType && labelColumn.TextAnnotation(Kinds.KeyValues) is { } names)
        {
            Contracts.CheckParam(names.Length <= 2, nameof(label), $"Label column '{label}' has more than two key values");
            _classNames = [names[0], names.ElementAtOrDefault(1) ?? ""];
        }

        var rows = new List<(float, bool)>();
        foreach (var (y, s, q) in ScoredData.Rows<float>(data, labelColumn, scoreColumn, probabilityColumn))
        {
            if (!float.IsFinite(s) || float.IsNaN(y)) continue;
            var positive = y > 0;
            rows.Add((s, positive));
            _logLoss -= Math.Log2(positive ? q : 1.0 - q);
            if (float.IsNaN(q)) continue;
            _withProbability++;
            if (positive) _positivesWithProbability++;
        }
        _rows = [.. rows];
    }

    internal int Count => _rows.Length;

    /// <summary>NaN as soon as one probability is.</summary>
    internal double LogLoss => double.IsNaN(_logLoss) ? double.NaN : _withProbability > 0 ? _logLoss / _withProbability : 0;

    internal double LogLossReduction
    {
        get
        {
            if (_withProbability == 0) return 0;
            var prior = Entropy((double)_positivesWithProbability / _withProbability);
            return (prior - _logLoss / _withProbability) / prior;
        }
    }

    internal ConfusionMatrix ConfusionMatrix()
    {
        double[][] counts = [[0, 0], [0, 0]];
        foreach (var (score, positive) in _rows) counts[positive ? 0 : 1][score > 0 ? 0 : 1]++;
        return new ConfusionMatrix(_classNames, counts, isBinary: true);
    }

    /// <summary>The chance that a positive row scores higher than a negative one, ties counting half.</summary>
    internal double AreaUnderRocCurve()
    {
        var total = _rows.LongCount(row => row.Positive);
        Contracts.CheckParam(total > 0, "PosSample", "AUC is not defined when there is no positive class in the data");
        Contracts.CheckParam(total < Count, "NegSample", "AUC is not defined when there is no negative class in the data");
        double above = 0, area = 0;
        foreach (var tied in _rows.GroupBy(row => row.Score, row => row.Positive).OrderByDescending(tied => tied.Key))
        {
            var positives = tied.Count(positive => positive);
            area += (above + 0.5 * positives) * (tied.Count() - positives);
            above += positives;
        }
        return area / ((double)total * (Count - total));
    }

    /// <summary>The "lower trapezoid" estimate (Boyd, Eng and Page, ECML 2013), over at most 100,000 rows; ties keep their
    /// order.</summary>
    internal double AreaUnderPrecisionRecallCurve()
    {
        var sample = Count <= MaxPrecisionRecallRows ? _rows
            : [.. _rows.OrderBy(_ => _random.Next()).Take(MaxPrecisionRecallRows)];
        var total = sample.Count(row => row.Positive);
        double seen = 0, hits = 0, precision = 1, area = 0;
        foreach (var (_, positive) in sample.OrderByDescending(row => row.Score))
        {
            seen++;
            if (positive) area += (precision + ++hits / seen) / 2 / total;
            precision = hits / seen;
        }
        return area;
    }

    /// <summary>In bits.</summary>
    internal static double Entropy(double probability) => probability switch
    {
        0 or 1 => 0,
        _ => -probability * Math.Log2(probability) - (1 - probability) * Math.Log2(1 - probability),
    };
}
