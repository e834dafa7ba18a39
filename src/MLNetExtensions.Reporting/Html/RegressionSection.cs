using System.Xml.Linq;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Reporting.Charts;
using MLNetExtensions.Reporting.Evaluation;

namespace MLNetExtensions.Reporting.Html;

/// <summary>What a regression does.</summary>
internal static class RegressionSection
{
    private const int MostPoints = 2000;
    private const int Quantiles = 100;

    public static XElement Create(MLContext ml, IDataView scored, string label)
    {
        RegressionMetrics metrics = ml.Regression.Evaluate(scored, label);
        List<(double Truth, double Score)> pairs = Read(scored, label);
        double[] errors = [.. pairs.Select(pair => pair.Score - pair.Truth).Order()];
        // Every n-th pair by label: the picture of thousands of points is the same, the page is not a hundred times the size.
        int step = Math.Max(1, pairs.Count / MostPoints);
        (double, double)[] shown = [.. pairs.OrderBy(pair => pair.Truth).Where((_, index) => index % step == 0)];
        (double low, double high) = pairs.Count == 0 ? (0, 1) : (pairs.Min(pair => pair.Truth), pairs.Max(pair => pair.Truth));
        return Markup.Section(
            "Evaluation",
            Markup.Tiles(
                ("R²", Markup.Number(metrics.RSquared)), ("RMSE", Markup.Number(metrics.RootMeanSquaredError)),
                ("MAE", Markup.Number(metrics.MeanAbsoluteError)), ("examples", pairs.Count.ToString())),
            Markup.Charts(
                Markup.Figure(
                    ScatterChart.ToSvg("Predictions against labels", "label", "prediction", shown, [(low, low), (high, high)]),
                    "Predictions against labels; on the line they are equal"),
                Markup.Figure(
                    new LineChart("Errors by quantile", "share of examples", "prediction − label")
                        .Add(new("error", ByQuantile(errors)))
                        .Add(new("no error", [(0, 0), (1, 0)], IsReference: true)).ToSvg(),
                    "Errors in order: the share of examples with an error of at most that")));
    }

    private static IReadOnlyList<(double, double)> ByQuantile(double[] sorted) => sorted.Length == 0 ? [] :
        [.. Enumerable.Range(0, Quantiles + 1)
            .Select(i => (i / (double)Quantiles, sorted[(int)Math.Round(i / (double)Quantiles * (sorted.Length - 1))]))];

    private static List<(double, double)> Read(IDataView scored, string label)
    {
        DataViewSchema.Column truth = ScoredColumns.Find(scored.Schema, "label", label);
        DataViewSchema.Column prediction = ScoredColumns.Find(scored.Schema, "score", "Score");
        List<(double, double)> pairs = [];
        ScoredColumns.ForEachRow(scored, [truth, prediction], cursor =>
        {
            ValueGetter<float> label = cursor.GetGetter<float>(truth);
            ValueGetter<float> score = cursor.GetGetter<float>(prediction);
            (float y, float s) = (0, 0);
            return () =>
            {
                label(ref y);
                score(ref s);
                if (float.IsFinite(y) && float.IsFinite(s))
                    pairs.Add((y, s));
            };
        });
        return pairs;
    }
}
