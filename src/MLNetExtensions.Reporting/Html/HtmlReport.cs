using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Reporting.Evaluation;
using MLNetExtensions.Reporting.Html;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Reporting;

/// <summary>
/// A report of a training run and of what the model does, as one HTML file that needs nothing else: no network, no script. It
/// follows the reader's light or dark theme, fits a telephone, and says nothing by colour alone.
/// </summary>
/// <remarks>Sections appear in the order in which they are added.</remarks>
public sealed class HtmlReport
{
    private readonly string _title;
    private readonly List<XElement> _sections = [];

    /// <summary>An empty report.</summary>
    /// <param name="title">The heading of the page.</param>
    public HtmlReport(string title)
    {
        ArgumentException.ThrowIfNullOrEmpty(title);
        _title = title;
    }

    /// <summary>Training and validation curves, and a table of the epochs.</summary>
    public HtmlReport AddTraining(TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return Add(TrainingSection.Create(history));
    }

    /// <summary>The loss by the learning rate, and the suggested one.</summary>
    public HtmlReport AddLearningRates(LearningRateCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return Add(LearningRateSection.Create(curve));
    }

    /// <summary>The table of layers with output shapes, parameters and operations.</summary>
    public HtmlReport AddNetwork(NetworkDefinition network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Add(Markup.Section("Network", new XElement("pre", network.ToString())));
    }

    /// <summary>Metrics, confusion matrix, ROC, precision-recall and calibration curves of a binary classifier.</summary>
    /// <param name="ml">Evaluates the data.</param>
    /// <param name="scored">Labelled data that the model has scored.</param>
    /// <param name="labelColumnName">The column of what was true, Boolean.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing.</exception>
    public HtmlReport AddBinaryClassification(MLContext ml, IDataView scored, string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(scored);
        return Add(BinarySection.Create(ml, scored, labelColumnName));
    }

    /// <summary>Metrics, confusion matrix, a table of the classes, ROC, precision-recall and calibration curves of a multiclass
    /// classifier.</summary>
    /// <param name="ml">Evaluates the data.</param>
    /// <param name="scored">Labelled data that the model has scored.</param>
    /// <param name="labelColumnName">The column of what was true, a key.</param>
    /// <param name="imageColumnName">A column of pixels (a vector of Single or Byte with dimensions channels×height×width, 1 or 3
    /// channels) to show the examples that were most wrong; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or not such pixels.</exception>
    public HtmlReport AddMulticlassClassification(
        MLContext ml, IDataView scored, string labelColumnName = "Label", string? imageColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(scored);
        _sections.AddRange(MulticlassSection.Create(ml, scored, labelColumnName, imageColumnName));
        return this;
    }

    /// <summary>Metrics of a regression, predictions against labels, and the distribution of errors.</summary>
    /// <param name="ml">Evaluates the data.</param>
    /// <param name="scored">Labelled data that the model has scored.</param>
    /// <param name="labelColumnName">The column of what was true, Single.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing.</exception>
    public HtmlReport AddRegression(MLContext ml, IDataView scored, string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(scored);
        return Add(RegressionSection.Create(ml, scored, labelColumnName));
    }

    /// <summary>How much a metric changes when a feature is permuted, the most important first.</summary>
    /// <param name="metricName">The metric, for the axis: <c>ROC-AUC</c>.</param>
    /// <param name="importance">By feature, for instance of ML.NET's <c>PermutationFeatureImportance</c>.</param>
    public HtmlReport AddFeatureImportance(string metricName, IEnumerable<KeyValuePair<string, MetricStatistics>> importance)
    {
        ArgumentNullException.ThrowIfNull(importance);
        return Add(ImportanceSection.Create(metricName, importance));
    }

    /// <summary>The options of the trainer, each that is set.</summary>
    public HtmlReport AddOptions(NeuralNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Add(Markup.Section("Options", Markup.Properties(OptionTable.Read(options))));
    }

    /// <summary>Versions, processors and system of this process.</summary>
    public HtmlReport AddEnvironment() => Add(Markup.Section("Environment", Markup.Properties(RunEnvironment.Read())));

    /// <summary>A table of one's own under a heading; numbers stand right.</summary>
    /// <param name="heading">The heading.</param>
    /// <param name="header">The names of the columns.</param>
    /// <param name="rows">The cells; the first of a row is its heading.</param>
    public HtmlReport AddTable(string heading, IEnumerable<string> header, IEnumerable<IEnumerable<object>> rows) =>
        Add(Markup.Section(heading, Markup.Table(header, rows)));

    /// <summary>A paragraph of one's own under a heading.</summary>
    public HtmlReport AddText(string heading, string text) => Add(Markup.Section(heading, Markup.Paragraph(text)));

    /// <summary>The page.</summary>
    public string ToHtml()
    {
        string made = DateTime.Now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        XElement page = new(
            "html", new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement(
                    "meta", new XAttribute("name", "viewport"),
                    new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", _title),
                new XElement("style", StyleSheet)),
            new XElement(
                "body",
                new XElement(
                    "main",
                    new XElement("header", new XElement("h1", _title), Markup.Paragraph($"MLNetExtensions · {made}", "muted")),
                    _sections)));
        return $"<!DOCTYPE html>\n{page.ToString(SaveOptions.DisableFormatting)}\n";
    }

    /// <summary>Writes the page; a file of that name is replaced once the new one is whole.</summary>
    /// <exception cref="IOException">The file can't be written; an earlier one is as it was.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] page = Encoding.UTF8.GetBytes(ToHtml());
        AtomicFile.Write(path, stream => stream.Write(page));
    }

    private static string StyleSheet
    {
        get
        {
            using StreamReader reader = new(typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!);
            return reader.ReadToEnd();
        }
    }

    private HtmlReport Add(XElement section)
    {
        _sections.Add(section);
        return this;
    }
}
