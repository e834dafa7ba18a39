using System.Xml.Linq;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNetExtensions.Reporting.Tests.Html;

public sealed class HtmlReportTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_page_is_whole_and_needs_nothing_from_outside()
    {
        HtmlReport report = new HtmlReport("Title <1> & \"more\"")
            .AddText("Note", "a < b")
            .AddTraining(History(4))
            .AddNetwork(LeNet5.Create(10))
            .AddOptions(new NeuralNetworkBinaryTrainer.Options { LearningRate = 0.5, Optimizer = new AdamW() })
            .AddEnvironment();
        XDocument page = Parse(report);
        Assert.Equal("Title <1> & \"more\"", page.Descendants("h1").Single().Value);
        Assert.Equal(["Note", "Training", "Network", "Options", "Environment"], page.Descendants("h2").Select(heading => heading.Value));
        // Names of XML vocabularies aside, nothing names another place.
        Assert.DoesNotContain("http", report.ToHtml().Replace("http://www.w3.org/", ""));
        Assert.Empty(page.Descendants("script"));
        Assert.Contains("prefers-color-scheme: dark", page.Descendants("style").Single().Value);
        Assert.Contains(page.Descendants("td"), cell => cell.Value == "0.5");
    }

    [Fact]
    public void Curves_are_drawn_with_colours_of_the_page_and_different_dashes()
    {
        XDocument page = Parse(new HtmlReport("Run").AddTraining(History(4)));
        XElement[] charts = Charts(page);
        Assert.Equal(["Loss by epoch", "accuracy by epoch", "F1 by epoch", "Learning rate by epoch"], charts.Select(chart => chart.Elements().First().Value));
        Assert.All(charts, chart => Assert.NotNull(chart.Attribute("viewBox")));
        string loss = charts[0].ToString();
        Assert.Contains("var(--series-1)", loss);
        Assert.Contains("var(--series-2)", loss);
        Assert.Contains("stroke-dasharray", loss);
        Assert.DoesNotContain("rgb(", loss);
        Assert.DoesNotContain("black", loss);
    }

    [Fact]
    public void A_run_without_validation_has_no_validation_curves()
    {
        TrainingHistory history = new("accuracy", [new(1, 0.5, null, 0.1, 1, 10)]);
        XDocument page = Parse(new HtmlReport("Run").AddTraining(history));
        Assert.DoesNotContain("validation", page.Root!.Element("body")!.Value);
    }

    [Fact]
    public void A_binary_classifier_is_evaluated_as_ML_NET_does()
    {
        bool[] truth = [true, true, false, true, false, false];
        float[] scores = [2, 1, 0.5f, -0.25f, -1, -3];
        TableView scored = new(
            TableColumn.Boolean("Outcome", truth), TableColumn.Single("Score", scores),
            TableColumn.Single("Probability", scores.Select(score => 1 / (1 + MathF.Exp(-score)))),
            TableColumn.Boolean("PredictedLabel", scores.Select(score => score > 0)));
        CalibratedBinaryClassificationMetrics metrics = _ml.BinaryClassification.Evaluate(scored, "Outcome");
        XDocument page = Parse(new HtmlReport("Run").AddBinaryClassification(_ml, scored, "Outcome"));
        Assert.Equal(metrics.AreaUnderRocCurve.ToString("0.####"), Tile(page, "ROC-AUC"));
        Assert.Equal("66.7 %", Tile(page, "accuracy"));
        Assert.Equal(["2", "1", "1", "2"], page.Descendants("td").Where(IsHeat).Select(cell => cell.Value));
        Assert.Equal("Probability", Assert.Throws<ArgumentOutOfRangeException>(() =>
            new HtmlReport("Run").AddBinaryClassification(_ml, _ml.Transforms.DropColumns("Probability").Fit(scored).Transform(scored), "Outcome"))
            .Message.Split('\'')[1]);
    }

    [Fact]
    public void A_multiclass_classifier_has_a_table_of_its_classes_and_its_worst_pictures()
    {
        uint[] truth = [1, 1, 2, 2, 3, 3];
        float[][] scores =
            [[0.8f, 0.1f, 0.1f], [0.05f, 0.9f, 0.05f], [0.2f, 0.7f, 0.1f], [0.1f, 0.8f, 0.1f], [0.5f, 0.1f, 0.4f], [0.1f, 0.1f, 0.8f]];
        TableView scored = new(
            TableColumn.Key("Label", truth, 3, TableColumn.TextAnnotation("KeyValues", "cat", "dog", "frog")),
            TableColumn.Vector("Score", NumberDataViewType.Single, scores),
            TableColumn.Key("PredictedLabel", scores.Select(row => (uint)Array.IndexOf(row, row.Max()) + 1), 3),
            TableColumn.Vector("Pixels", NumberDataViewType.Byte, truth.Select(key => new byte[] { 0, 255, (byte)(50 * key), 7 }), [1, 2, 2]));
        XDocument page = Parse(new HtmlReport("Run").AddMulticlassClassification(_ml, scored, imageColumnName: "Pixels"));
        Assert.Equal(["1", "1", "0", "0", "2", "0", "1", "0", "1"], page.Descendants("td").Where(IsHeat).Select(cell => cell.Value));
        string[] dog = [.. page.Descendants("tr").Last(row => row.Elements().First().Value == "dog").Elements().Select(cell => cell.Value)];
        Assert.Equal(["dog", "2", "0.6667", "1", "0.8", "0.75"], dog);

        Assert.Equal(
            ["ROC curves, each class against the rest", "Precision-recall curves, each class against the rest", "Calibration"],
            Charts(page).Select(chart => chart.Elements().First().Value));

        XElement[] pictures = [.. page.Descendants("img")];
        Assert.Equal(["cat, taken for dog", "frog, taken for cat"], pictures.Select(picture => picture.Attribute("alt")!.Value));
        byte[] png = Convert.FromBase64String(pictures[0].Attribute("src")!.Value.Split(',')[1]);
        using Image<Rgb24> image = Image.Load<Rgb24>(png);
        Assert.Equal((2, 2), (image.Width, image.Height));
        Assert.Equal([0, 255, 50, 7], new[] { image[0, 0].R, image[1, 0].R, image[0, 1].R, image[1, 1].G }.Select(level => (int)level));
    }

    [Fact]
    public void A_column_that_is_no_picture_is_named()
    {
        TableView scored = new(
            TableColumn.Key("Label", [1, 2], 2), TableColumn.Vector("Score", NumberDataViewType.Single, [[0.5f, 0.5f], [0.1f, 0.9f]]),
            TableColumn.Single("Pixels", 1, 2));
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() =>
            new HtmlReport("Run").AddMulticlassClassification(_ml, scored, imageColumnName: "Pixels"));
        Assert.Contains("Image column 'Pixels' is Single", e.Message);
    }

    [Fact]
    public void A_regression_shows_its_errors()
    {
        TableView scored = new(TableColumn.Single("Label", 1, 2, 3, 4), TableColumn.Single("Score", 1.5f, 2, 2.5f, 5));
        RegressionMetrics metrics = _ml.Regression.Evaluate(scored);
        XDocument page = Parse(new HtmlReport("Run").AddRegression(_ml, scored));
        Assert.Equal(metrics.RootMeanSquaredError.ToString("0.####"), Tile(page, "RMSE"));
        Assert.Equal("0.5", Tile(page, "MAE"));
    }

    [Fact]
    public void Features_come_by_importance()
    {
        MetricStatistics strong = Statistics(-0.2, -0.24), weak = Statistics(0.01, 0.03);
        XDocument page = Parse(new HtmlReport("Run").AddFeatureImportance(
            "ROC-AUC", new Dictionary<string, MetricStatistics> { ["Age"] = weak, ["Glucose"] = strong }));
        Assert.Equal(["Glucose", "Age"], page.Descendants("tbody").Single().Descendants("th").Select(cell => cell.Value));
        Assert.Contains("-0.22", page.Descendants("td").Select(cell => cell.Value));
    }

    [Fact]
    public void Names_of_features_are_whole_or_cut_by_an_ellipsis_and_whole_in_the_table()
    {
        const string Long = "TheNumberOfTimesThatItWasSeenBefore";
        Dictionary<string, MetricStatistics> importance = new() { ["DiabetesPedigree"] = Statistics(0.2), [Long] = Statistics(0.1) };
        XDocument page = Parse(new HtmlReport("Run").AddFeatureImportance("AUC", importance));
        XElement[] texts = [.. Charts(page).Single().Descendants().Where(element => element.Name.LocalName == "text")];
        Assert.Contains(texts, text => text.Value == "DiabetesPedigree");
        XElement cut = texts.Single(text => text.Value == $"{Long[..25]}…");
        Assert.Contains(page.Descendants("th"), cell => cell.Value == Long);
        // They end at the axis; a letter is 0.6 of the font's size wide.
        string place = cut.AncestorsAndSelf().Select(element => element.Attribute("transform")?.Value).OfType<string>().First();
        double end = double.Parse(place.Split('(', ',')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(end > 0.6 * 13 * cut.Value.Length, place);
    }

    [Fact]
    public void Learning_rates_have_their_picture_and_the_suggestion()
    {
        LearningRateCurve curve = new(Enumerable.Range(0, 61).Select(i =>
            new LearningRatePoint(Math.Pow(10, -6 + i / 10.0), 0, Math.Pow(-4 + i / 10.0, 2) + 1)));
        XDocument page = Parse(new HtmlReport("Run").AddLearningRates(curve));
        Assert.Equal("0.001", Tile(page, "suggested"));
        Assert.Equal("0.01", Tile(page, "lowest loss at"));
        Assert.Equal("Loss by learning rate", Charts(page).Single().Elements().First().Value);
        XDocument none = Parse(new HtmlReport("Run").AddLearningRates(new([new(1e-3, 1, 1), new(1e-2, 1, 1)])));
        Assert.Equal("none: the loss falls nowhere", Tile(none, "suggested"));
    }

    [Fact]
    public void Names_of_columns_stand_over_their_cells()
    {
        XDocument page = Parse(new HtmlReport("Run").AddTable(
            "Table", ["name", "number", "text"], [["a", 1.5, "x"], ["b", 2, "y"]]));
        Assert.Equal(
            [null, "number", null],
            page.Descendants("thead").Single().Descendants("th").Select(name => name.Attribute("class")?.Value));
        // What has no names has no row of them.
        Assert.Empty(Parse(new HtmlReport("Run").AddEnvironment()).Descendants("thead"));
    }

    [Fact]
    public void A_failure_while_saving_leaves_the_earlier_page()
    {
        string path = _folder.File("report.html");
        new HtmlReport("First").Save(path);
        string before = File.ReadAllText(path);
        Assert.Contains("First", before);
        Directory.CreateDirectory(_folder.File("folder.html"));
        Assert.ThrowsAny<Exception>(() => new HtmlReport("Second").Save(_folder.File("folder.html")));
        Assert.Equal(before, File.ReadAllText(path));
        Assert.Equal(["folder.html", "report.html"], new DirectoryInfo(Path.GetDirectoryName(path)!).EnumerateFileSystemInfos().Select(entry => entry.Name).Order());
    }

    public void Dispose() => _folder.Dispose();

    private static TrainingHistory History(int epochs) => new("accuracy", Enumerable.Range(1, epochs).Select(epoch =>
        new EpochRecord(epoch, 1.0 / epoch, 1.2 / epoch, 0.1 / epoch, 2, 1000)
        {
            Metrics = new([new("accuracy", 1 - 0.4 / epoch), new("F1", 1 - 0.3 / epoch)]),
            ValidationMetrics = new([new("accuracy", 1 - 0.5 / epoch), new("F1", 1 - 0.6 / epoch)]),
        }));

    private static XDocument Parse(HtmlReport report) => XDocument.Parse(report.ToHtml().Replace("<!DOCTYPE html>", ""));

    private static string Tile(XDocument page, string name) =>
        page.Descendants("dt").Single(term => term.Value == name).ElementsAfterSelf("dd").Single().Value;

    private static XElement[] Charts(XDocument page) => [.. page.Descendants().Where(element => element.Name.LocalName == "svg")];

    private static bool IsHeat(XElement cell) => cell.Attribute("class")?.Value.StartsWith("heat", StringComparison.Ordinal) == true;

    private static MetricStatistics Statistics(params double[] values)
    {
        // ML.NET makes them only itself: through a permutation of nothing they would all be zero.
        MetricStatistics statistics = (MetricStatistics)Activator.CreateInstance(typeof(MetricStatistics), nonPublic: true)!;
        foreach (double value in values)
            typeof(MetricStatistics).GetMethod("Add", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
                .Invoke(statistics, [value]);
        return statistics;
    }
}
