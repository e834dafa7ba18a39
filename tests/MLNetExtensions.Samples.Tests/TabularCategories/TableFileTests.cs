using Microsoft.ML;
using Microsoft.ML.Data;
using Samples.TabularCategories;

namespace MLNetExtensions.Samples.Tests.TabularCategories;

/// <summary>What the columns of a table are taken for, and the rows that ML.NET gets of it.</summary>
public sealed class TableFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_are_told_by_their_values()
    {
        TableColumns columns = Inspect(Rows("id,size,codes,kind,when,same,price", row =>
            $"{row + 1},{row * 1.5},{row % 3},{(row % 2 == 0 ? "a" : "b")},day {row},x,{row * row}"), "price");
        Assert.Equal(["size"], columns.Numbers);
        Assert.Equal(["codes", "kind"], columns.Categories);
        Assert.Equal(["id", "when", "same"], columns.LeftOut);
        Assert.Null(columns.Classes);
    }

    [Theory]
    [InlineData("0,1,0,1", null, true)]
    [InlineData("0,1,2,1", null, false)]
    [InlineData("0,1,2,1", TableTaskKind.Classification, true)]
    [InlineData("0,1,0,1", TableTaskKind.Regression, false)]
    [InlineData("no,yes,no,yes", null, true)]
    public void Labels_of_texts_or_two_numbers_are_classes(string labels, object? task, bool areClasses)
    {
        string[] values = labels.Split(',');
        TableColumns columns = Inspect(Rows("a,y", row => $"{row % 5 * 20},{values[row % 4]}"), "y", (TableTaskKind?)task);
        Assert.Equal(areClasses ? values.Distinct() : null, columns.Classes);
    }

    [Fact]
    public void Cells_are_loaded_as_they_are_meant()
    {
        TableFile file = Open("7,5;x \"y\";10\n?;?;20\n8,25;\"a;b\";NA\n9,5;;30\n-1;x \"y\";40\n");
        TableColumns columns = new("2", null, ["0"], ["1"], []);
        IDataView rows = file.Load(new MLContext(), columns);
        Assert.Equal([10, 20, 30, 40], rows.GetColumn<float>("2"));
        Assert.Equal([7.5f, float.NaN, 9.5f, -1], rows.GetColumn<float>("0"));
        Assert.Equal(["x \"y\"", "", "", "x \"y\""], rows.GetColumn<string>("1"));
    }

    [Theory]
    [InlineData("a,y\n1,2\n1,3\n", "y", null, "no column beside 'y' that differs")]
    [InlineData("a,y\n1,2\n3,2\n", "y", null, "'y' has no two values: 2.")]
    [InlineData("a,y\n1,u\n3,v\n", "y", TableTaskKind.Regression, "'y' has 'u', which is no number: --task classification.")]
    [InlineData("a,y\n1,u\n3,v\n2,w\n2,z\n", "y", null, "'y' has 4 classes, most of them of one row: 'u'")]
    public void Labels_that_nothing_can_be_learned_of_are_an_error(string text, string label, object? task, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Inspect(text, label, (TableTaskKind?)task)).Message);

    [Fact]
    public void A_label_with_the_name_of_what_models_add_is_an_error() =>
        Assert.Contains("a column 'Score' of their own", Assert.Throws<ArgumentException>(() =>
            Inspect(Rows("a,Score", row => $"{row * 7},{row * row}"), "Score")).Message);

    [Fact]
    public void Classes_that_were_not_learned_are_an_error_that_names_them()
    {
        TableColumns columns = Inspect(Rows("a,y", row => $"{row * 7},{(row % 2 == 0 ? "<=50K" : ">50K")}"), "y");
        FormatException e = Assert.Throws<FormatException>(() => Open("a,y\n1,<=50K\n2,>50K.\n").Load(new MLContext(), columns));
        Assert.Contains("'>50K.' in row 1 of the label 'y', which is none of the classes of the rows to learn from: <=50K, >50K.", e.Message);
        e = Assert.Throws<FormatException>(() => Open("a,y\nbig,<=50K\n2,>50K\n").Load(new MLContext(), columns));
        Assert.Contains("'big' in row 0 of the column 'a', which holds numbers.", e.Message);
        ArgumentException missing = Assert.Throws<ArgumentException>(() => Open("b,y\n1,>50K\n").Load(new MLContext(), columns));
        Assert.Contains("no column 'a'; it has b, y.", missing.Message);
    }

    /// <summary>Both tasks train, measure and save, with names of columns that pipelines and models use themselves.</summary>
    [Theory]
    [InlineData("y", TableTaskKind.Regression)]
    [InlineData("Label", TableTaskKind.Classification)]
    public void Tasks_learn_what_trees_learn(string label, object kind)
    {
        MLContext ml = new(seed: 1);
        TableFile file = Open(Rows("Features,Score,Label,y", row =>
            $"{row % 17},{(row % 3 == 0 ? "a" : "b")},{(row % 17 > 8 ? "high" : "low")},{row % 17 * 2}", rows: 300));
        TableColumns columns = file.Inspect(label, (TableTaskKind)kind);
        IDataView rows = file.Load(ml, columns);
        TableTask task = TableTask.Of(ml, columns);
        ITransformer model = task.Network(epochs: 30, progress: null).Fit(rows);
        double reached = task.Measure(model.Transform(rows))[0];
        Assert.True(task.HigherIsBetter ? reached > 0.95 : reached < 1, $"{task.MetricNames[0]} {reached}");
        Assert.All(task.Trees(), tree => Assert.Equal(
            task.MetricNames.Count, task.Measure(tree.Pipeline.Fit(rows).Transform(rows)).Length));
        Assert.Equal(300 * (columns.Classes?.Count ?? 1), task.Scores(model.Transform(rows)).Count());
    }

    private static string Rows(string names, Func<int, FormattableString> row, int rows = 40) =>
        $"{names}\n" + string.Concat(Enumerable.Range(0, rows).Select(i => FormattableString.Invariant(row(i)) + "\n"));

    private TableColumns Inspect(string text, string label, TableTaskKind? task = null) => Open(text).Inspect(label, task);

    private TableFile Open(string text) => TableFile.Open(_folder.WriteText("table.csv", text));
}
