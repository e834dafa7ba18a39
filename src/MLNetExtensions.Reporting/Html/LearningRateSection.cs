using System.Xml.Linq;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Reporting.Charts;

namespace MLNetExtensions.Reporting.Html;

/// <summary>What a learning-rate finder found.</summary>
internal static class LearningRateSection
{
    public static XElement Create(LearningRateCurve curve)
    {
        if (curve.Count == 0)
            return Markup.Section("Learning rates", Markup.Paragraph("No step was made."));
        LearningRatePoint lowest = curve.MinBy(point => point.Loss);
        string suggestion = curve.Suggestion is { } rate ? Markup.Number(rate) : "none: the loss falls nowhere";
        return Markup.Section(
            "Learning rates",
            Markup.Tiles(
                ("suggested", suggestion), ("lowest loss at", Markup.Number(lowest.Rate)), ("steps", curve.Count.ToString())),
            Markup.Charts(Markup.Figure(Picture(curve), "The loss while the learning rate rises from step to step")));
    }

    public static XElement Picture(LearningRateCurve curve)
    {
        LineChart chart = new("Loss by learning rate", "learning rate", "loss") { IsLogarithmic = true };
        chart.Add(new("smoothed", [.. curve.Select(point => (point.Rate, point.Loss))]));
        if (curve.Suggestion is { } rate)
            chart.Add(new(
                "suggested", [(rate, curve.Min(point => point.Loss)), (rate, curve.Max(point => point.Loss))],
                IsReference: true));
        return chart.ToSvg();
    }
}
