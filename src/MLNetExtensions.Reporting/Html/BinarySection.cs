using System.Xml.Linq;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Reporting.Charts;
using MLNetExtensions.Reporting.Evaluation;

namespace MLNetExtensions.Reporting.Html;

/// <summary>What a binary classifier does.</summary>
internal static class BinarySection
{
    public static XElement Create(MLContext ml, IDataView scored, string label)
    {
        List<ScoredExample> examples = Read(scored, label);
        CalibratedBinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(scored, label);
        double positives = examples.Count(example => example.IsPositive) / (double)examples.Count;
        LineChart roc = new LineChart("ROC curve", "false-positive rate", "true-positive rate") { IsUnitSquare = true }
            .Add(new("model", RankingCurves.Roc(examples))).Add(new("chance", [(0, 0), (1, 1)], IsReference: true));
        LineChart recall = new LineChart("Precision-recall curve", "recall", "precision") { IsUnitSquare = true }
            .Add(new("model", RankingCurves.PrecisionRecall(examples)))
            .Add(new("share of positives", [(0, positives), (1, positives)], IsReference: true));
        LineChart calibration =
            new LineChart("Calibration", "predicted probability", "share of positives") { IsUnitSquare = true }
                .Add(new("model", Calibration.Curve(examples), HasMarkers: true))
                .Add(new("perfect", [(0, 0), (1, 1)], IsReference: true));
        return Markup.Section(
            "Evaluation",
            Markup.Tiles(
                ("accuracy", Markup.Percent(metrics.Accuracy)), ("ROC-AUC", Markup.Number(metrics.AreaUnderRocCurve)),
                ("PR-AUC", Markup.Number(metrics.AreaUnderPrecisionRecallCurve)), ("F1", Markup.Number(metrics.F1Score)),
                ("precision", Markup.Percent(metrics.PositivePrecision)), ("recall", Markup.Percent(metrics.PositiveRecall)),
                ("log-loss", Markup.Number(metrics.LogLoss)), ("calibration error", Markup.Number(Calibration.Error(examples)))),
            Markup.Charts(
                Markup.Figure(roc.ToSvg(), "Receiver operating characteristic"),
                Markup.Figure(recall.ToSvg(), "Precision against recall"),
                Markup.Figure(calibration.ToSvg(), "Of the examples given a probability, the share that was positive")),
            new XElement("h3", "Confusion matrix"),
            ConfusionTable.Create(["positive", "negative"], metrics.ConfusionMatrix.Counts));
    }

    private static List<ScoredExample> Read(IDataView scored, string label)
    {
        DataViewSchema.Column truth = ScoredColumns.Find(scored.Schema, "label", label);
        DataViewSchema.Column probability = ScoredColumns.Find(scored.Schema, "probability", "Probability");
        List<ScoredExample> examples = [];
        ScoredColumns.ForEachRow(scored, [truth, probability], cursor =>
        {
            ValueGetter<bool> isPositive = cursor.GetGetter<bool>(truth);
            ValueGetter<float> score = cursor.GetGetter<float>(probability);
            (bool positive, float value) = (false, 0);
            return () =>
            {
                isPositive(ref positive);
                score(ref value);
                if (!float.IsNaN(value))
                    examples.Add(new(value, positive));
            };
        });
        return examples;
    }
}
