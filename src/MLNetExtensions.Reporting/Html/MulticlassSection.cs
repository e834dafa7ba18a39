using System.Xml.Linq;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Reporting.Charts;
using MLNetExtensions.Reporting.Evaluation;

namespace MLNetExtensions.Reporting.Html;

/// <summary>What a multiclass classifier does.</summary>
internal static class MulticlassSection
{
    /// <summary>More lines in one chart can't be told apart.</summary>
    private const int MostCurves = 6;

    private const int WorstImages = 24;

    public static IEnumerable<XElement> Create(MLContext ml, IDataView scored, string label, string? image)
    {
        DataViewSchema.Column truth = ScoredColumns.Find(scored.Schema, "label", label);
        string[] classes = ScoredColumns.KeyNames(truth);
        WorstExamples? worst = image is null
            ? null
            : new(ScoredColumns.Find(scored.Schema, "image", image), WorstImages);
        List<(int Truth, float[] Scores)> rows = Read(scored, truth, worst);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored, label);
        yield return Evaluation(classes, rows, metrics);
        if (worst is { Examples.Count: > 0 })
            yield return Gallery(classes, worst);
    }

    private static XElement Evaluation(
        string[] classes, List<(int Truth, float[] Scores)> rows, MulticlassClassificationMetrics metrics)
    {
        ClassMeasures[] measures = [.. classes.Select((name, index) => Measure(name, index, rows, metrics.ConfusionMatrix))];
        ClassMeasures[] hardest =
            [.. measures.Where(measure => measure.Roc.Count > 0).OrderBy(measure => measure.Auc).Take(MostCurves)];
        LineChart roc =
            new("ROC curves, each class against the rest", "false-positive rate", "true-positive rate") { IsUnitSquare = true };
        LineChart recall =
            new("Precision-recall curves, each class against the rest", "recall", "precision") { IsUnitSquare = true };
        foreach (ClassMeasures measure in hardest)
        {
            roc.Add(new(measure.Name, measure.Roc));
            recall.Add(new(measure.Name, measure.PrecisionRecall));
        }
        roc.Add(new("chance", [(0, 0), (1, 1)], IsReference: true));
        string which = hardest.Length < classes.Length ? $", the {hardest.Length} classes with the smallest areas" : "";
        ScoredExample[] confidence =
        [
            .. rows.Select(row => (row.Truth, Top: Array.IndexOf(row.Scores, row.Scores.Max()), row.Scores))
                .Select(row => new ScoredExample(row.Scores[row.Top], row.Top == row.Truth)),
        ];
        LineChart calibration = new LineChart("Calibration", "confidence", "accuracy") { IsUnitSquare = true }
            .Add(new("model", Calibration.Curve(confidence), HasMarkers: true))
            .Add(new("perfect", [(0, 0), (1, 1)], IsReference: true));
        return Markup.Section(
            "Evaluation",
            Markup.Tiles(
                ("accuracy", Markup.Percent(metrics.MicroAccuracy)), ("macro accuracy", Markup.Percent(metrics.MacroAccuracy)),
                ("macro F1", Markup.Number(measures.Average(measure => measure.F1))),
                ("log-loss", Markup.Number(metrics.LogLoss)),
                ("calibration error", Markup.Number(Calibration.Error(confidence))), ("examples", rows.Count.ToString("N0"))),
            new XElement("h3", "Confusion matrix"),
            ConfusionTable.Create(classes, metrics.ConfusionMatrix.Counts),
            new XElement("h3", "Classes"),
            Markup.Table(
                ["class", "examples", "precision", "recall", "F1", "ROC-AUC"],
                measures.Select(m => new object[] { m.Name, m.Count, m.Precision, m.Recall, m.F1, m.Auc })),
            Markup.Charts(
                Markup.Figure(roc.ToSvg(), $"Each class against the rest{which}"),
                Markup.Figure(recall.ToSvg(), "Precision against recall of the same classes"),
                Markup.Figure(calibration.ToSvg(), "Of the examples given a confidence, the share that was right")));
    }

    private static ClassMeasures Measure(
        string name, int index, List<(int Truth, float[] Scores)> rows, ConfusionMatrix confusion)
    {
        ScoredExample[] examples = [.. rows.Select(row => new ScoredExample(row.Scores[index], row.Truth == index))];
        IReadOnlyList<(double X, double Y)> roc = RankingCurves.Roc(examples);
        (double precision, double recall) = (confusion.PerClassPrecision[index], confusion.PerClassRecall[index]);
        return new(
            name, examples.Count(example => example.IsPositive), precision, recall,
            precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0,
            roc.Count > 0 ? RankingCurves.Area(roc) : double.NaN, roc, RankingCurves.PrecisionRecall(examples));
    }

    private static XElement Gallery(string[] classes, WorstExamples worst) => Markup.Section(
        "Most wrong",
        Markup.Paragraph("The examples whose true class was given the least probability.", "muted"),
        new XElement("div", Markup.Class("gallery"), worst.Examples.Select(example => new XElement(
            "figure",
            new XElement(
                "img", new XAttribute("src", $"data:image/png;base64,{Convert.ToBase64String(example.Png)}"),
                new XAttribute("alt", $"{classes[example.Truth]}, taken for {classes[example.Predicted]}")),
            new XElement(
                "figcaption",
                $"{classes[example.Truth]}, taken for {classes[example.Predicted]} ({Markup.Percent(example.Confidence)})")))));

    private static List<(int, float[])> Read(IDataView scored, DataViewSchema.Column truth, WorstExamples? worst)
    {
        DataViewSchema.Column score = ScoredColumns.Find(scored.Schema, "score", "Score");
        List<(int, float[])> rows = [];
        DataViewSchema.Column[] columns = worst is null ? [truth, score] : [truth, score, worst.Image];
        ScoredColumns.ForEachRow(scored, columns, cursor =>
        {
            ValueGetter<uint> label = cursor.GetGetter<uint>(truth);
            ValueGetter<VBuffer<float>> scores = cursor.GetGetter<VBuffer<float>>(score);
            Action<int, float[]>? consider = worst?.Open(cursor);
            uint key = 0;
            VBuffer<float> values = default;
            return () =>
            {
                label(ref key);
                scores(ref values);
                float[] dense = [.. values.DenseValues()];
                if (key == 0 || dense.Any(float.IsNaN))
                    return;
                rows.Add(((int)key - 1, dense));
                consider?.Invoke((int)key - 1, dense);
            };
        });
        return rows;
    }

    private sealed record ClassMeasures(
        string Name, int Count, double Precision, double Recall, double F1, double Auc, IReadOnlyList<(double X, double Y)> Roc,
        IReadOnlyList<(double X, double Y)> PrecisionRecall);
}
