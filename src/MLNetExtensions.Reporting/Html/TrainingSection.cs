using System.Globalization;
using System.Xml.Linq;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Reporting.Charts;

namespace MLNetExtensions.Reporting.Html;

/// <summary>The curves of a run.</summary>
internal static class TrainingSection
{
    public static XElement Create(TrainingHistory history)
    {
        if (history.Count == 0)
            return Markup.Section("Training", Markup.Paragraph("No epoch has ended."));
        bool validated = history.Any(epoch => epoch.ValidationLoss is not null);
        EpochRecord best = history.MinBy(epoch => epoch.ValidationLoss ?? epoch.Loss)!;
        LineChart loss = ByEpoch("Loss", "loss").Add(Curve("training", epoch => epoch.Loss));
        List<XElement> charts = [];
        if (validated)
            loss.Add(Curve("validation", epoch => epoch.ValidationLoss));
        charts.Add(Markup.Figure(
            loss.ToSvg(), validated ? "Loss of training and validation examples" : "Loss of training examples"));
        string[] ofTraining = history.Names(epoch => epoch.Metrics);
        string[] ofValidation = history.Names(epoch => epoch.ValidationMetrics);
        foreach (string name in ofTraining.Union(ofValidation))
        {
            LineChart metric = ByEpoch(name, name);
            if (ofTraining.Contains(name))
                metric.Add(Curve("training", epoch => epoch.Metrics[name]));
            if (ofValidation.Contains(name))
                metric.Add(Curve("validation", epoch => epoch.ValidationMetrics[name]));
            bool ofBoth = ofTraining.Contains(name) && ofValidation.Contains(name);
            string examples = ofBoth ? "" : ofTraining.Contains(name) ? " of training examples" : " of validation examples";
            charts.Add(Markup.Figure(metric.ToSvg(), $"{name}{examples} by epoch"));
        }
        if (history.Select(epoch => epoch.LearningRate).Distinct().Count() > 1)
        {
            LineChart rate = ByEpoch("Learning rate", "learning rate")
                .Add(Curve("learning rate", epoch => epoch.LearningRate));
            charts.Add(Markup.Figure(rate.ToSvg(), "Learning rate at the end of each epoch"));
        }
        return Markup.Section(
            "Training",
            Markup.Tiles(
                ("epochs", history.Count.ToString()),
                ("best epoch", best.Epoch.ToString()),
                (validated ? "validation loss there" : "loss there", Markup.Number(best.ValidationLoss ?? best.Loss)),
                ("examples a second",
                    history.Average(epoch => epoch.ExamplesPerSecond).ToString("N0", CultureInfo.InvariantCulture)),
                ("seconds", Markup.Number(Math.Round(history.Sum(epoch => epoch.Seconds), 1)))),
            Markup.Charts(charts),
            new XElement("details", new XElement("summary", "Every epoch"), Epochs(history, validated)));

        ChartSeries Curve(string name, Func<EpochRecord, double?> value) => new(
            name, [.. history.Select(epoch => ((double)epoch.Epoch, value(epoch) ?? double.NaN))],
            HasMarkers: history.Count <= 30);
    }

    private static LineChart ByEpoch(string what, string axis) => new($"{what} by epoch", "epoch", axis) { MinimumStep = 1 };

    private static XElement Epochs(TrainingHistory history, bool validated)
    {
        string[] ofTraining = history.Names(epoch => epoch.Metrics);
        string[] ofValidation = history.Names(epoch => epoch.ValidationMetrics);
        string[] lossOfValidation = validated ? ["validation loss"] : [];
        string[] header =
        [
            "epoch", "loss", .. ofTraining, .. lossOfValidation, .. ofValidation.Select(name => $"validation {name}"),
            "learning rate", "seconds",
        ];
        return Markup.Table(header, history.Select(epoch => ((double?[])
        [
            epoch.Loss, .. ofTraining.Select(name => epoch.Metrics[name]), .. lossOfValidation.Select(_ => epoch.ValidationLoss),
            .. ofValidation.Select(name => epoch.ValidationMetrics[name]), epoch.LearningRate, epoch.Seconds,
        ]).Select(value => (object)(value ?? double.NaN)).Prepend(epoch.Epoch)));
    }
}
