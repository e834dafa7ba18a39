using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Generation;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Tests.Generation;

/// <summary>Rows that are made up look like those that were learned: in their columns, their values and in what depends on
/// what.</summary>
public sealed class TabularGeneratorTests
{
    private const int Rows = 600;

    private readonly MLContext _ml = new(seed: 1);

    private static readonly Lazy<TabularGenerator> Learned =
        new(() => new MLContext(seed: 1).Data.TabularVariationalAutoencoder(numberOfEpochs: 200).Fit(Table()));

    [Fact]
    public void The_columns_are_those_that_were_learned()
    {
        DataViewSchema learned = Table().Schema, made = Learned.Value.Generate(1).Schema;
        Assert.Equal(learned.Select(SchemaText.Of), made.Select(SchemaText.Of));
        Assert.Equal(Rows, Learned.Value.Generate(Rows).GetRowCount());
        Assert.Empty(Values.Floats(Learned.Value.Generate(0), "Size"));
    }

    [Fact]
    public void Every_value_is_one_of_its_column_and_as_frequent()
    {
        IDataView made = Learned.Value.Generate(4000, seed: 3);
        float[] sizes = Values.Floats(made, "Size");
        Assert.Empty(sizes.Except(Values.Floats(Table(), "Size")));
        // A third is missing, and a sixth is 0.
        Assert.InRange(sizes.Count(float.IsNaN) / 4000.0, 0.26, 0.40);
        Assert.InRange(sizes.Count(size => size == 0) / 4000.0, 0.11, 0.23);
        uint[] keys = Values.Scalars<uint>(made, "Kind");
        Assert.All(Enumerable.Range(0, 3), kind => Assert.InRange(keys.Count(key => key == kind + 1) / 4000.0, 0.25, 0.42));
    }

    [Fact]
    public void What_depends_on_each_other_does_so_in_rows_that_are_made_up()
    {
        IDataView made = Learned.Value.Generate(2000, seed: 4);
        uint[] kinds = Values.Scalars<uint>(made, "Kind");
        bool[] large = Values.Scalars<bool>(made, "IsLarge");
        string[] colours = [.. Values.Scalars<ReadOnlyMemory<char>>(made, "Colour").Select(text => text.ToString())];
        float[] weights = Values.Floats(made, "Weight");
        Assert.InRange(colours.Zip(kinds).Count(row => row.First == Colours[row.Second - 1]) / 2000.0, 0.8, 1);
        Assert.InRange(weights.Zip(large).Count(row => row.First > 0 == row.Second) / 2000.0, 0.85, 1);
    }

    [Fact]
    public void One_seed_makes_one_table_and_a_longer_one_begins_alike()
    {
        float[] table = Values.Floats(Learned.Value.Generate(300, seed: 5), "Weight");
        Assert.Equal(table, Values.Floats(Learned.Value.Generate(600, seed: 5), "Weight")[..300]);
        Assert.NotEqual(table, Values.Floats(Learned.Value.Generate(300, seed: 6), "Weight"));
        TabularVariationalAutoencoder trainer = _ml.Data.TabularVariationalAutoencoder(numberOfEpochs: 2);
        Assert.Equal(
            Values.Floats(trainer.Fit(Table()).Generate(50), "Weight"), Values.Floats(trainer.Fit(Table()).Generate(50), "Weight"));
    }

    [Fact]
    public void A_generator_that_was_saved_makes_the_same_rows()
    {
        using TempFolder folder = new();
        Learned.Value.Save(folder.File("rows.safetensors"));
        IDataView expected = Learned.Value.Generate(200, seed: 7);
        IDataView actual = TabularGenerator.Load(folder.File("rows.safetensors")).Generate(200, seed: 7);
        Assert.Equal(expected.Schema.Select(SchemaText.Of), actual.Schema.Select(SchemaText.Of));
        Assert.Equal(Texts(expected), Texts(actual));

        string[] Texts(IDataView view) => [.. view.Preview(200).RowView.Select(row => string.Join("|", row.Values.Select(pair => pair.Value)))];
    }

    [Fact]
    public void Files_that_hold_no_generator_are_named()
    {
        using TempFolder folder = new();
        string path = folder.File("decoder.safetensors");
        Learned.Value.Decoder.Save(path);
        Assert.Contains(path, Assert.Throws<FormatException>(() => TabularGenerator.Load(path)).Message);
        Learned.Value.Save(path);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
        Assert.Contains(path, Assert.Throws<FormatException>(() => TabularGenerator.Load(path)).Message);
    }

    [Fact]
    public void Columns_can_be_chosen()
    {
        TabularVariationalAutoencoder trainer = _ml.Data.TabularVariationalAutoencoder(["Kind", "Weight"], numberOfEpochs: 1);
        Assert.Equal(["Kind", "Weight"], trainer.Fit(Table()).Generate(1).Schema.Select(column => column.Name));
    }

    [Fact]
    public void What_cannot_be_made_up_is_named()
    {
        Refused<ArgumentOutOfRangeException>(
            new(TableColumn.Vector("Pixels", NumberDataViewType.Single, [new float[3]])), "column 'Pixels' is Vector<Single, 3>", "ConvertType");
        Refused<InvalidOperationException>(new(TableColumn.Single("Height", 1, float.PositiveInfinity)), "'Height'", "row 1");
        Refused<InvalidOperationException>(new(TableColumn.Single("Height", [])), "'Height'", "no rows");
        Refused<InvalidOperationException>(
            new(TableColumn.Text("Name", Enumerable.Range(0, 1001).Select(row => $"{row}"))), "'Name' has 1001 categories", "ColumnNames");
        Assert.Contains("'Nowhere'", Assert.Throws<ArgumentOutOfRangeException>(
            () => _ml.Data.TabularVariationalAutoencoder(["Nowhere"]).Fit(Table())).Message);
        Assert.Contains("'Kind' more than once", Assert.Throws<ArgumentException>(
            () => _ml.Data.TabularVariationalAutoencoder(["Kind", "Weight", "Kind"])).Message);
        Assert.Contains("Loss", Assert.Throws<ArgumentException>(
            () => _ml.Data.TabularVariationalAutoencoder(new() { Loss = new L1Loss() })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TabularVariationalAutoencoder(new() { LatentSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Learned.Value.Generate(-1));

        void Refused<T>(TableView table, params string[] words)
            where T : Exception
        {
            T error = Assert.Throws<T>(() => _ml.Data.TabularVariationalAutoencoder(numberOfEpochs: 1).Fit(table));
            Assert.All(words, word => Assert.Contains(word, error.Message));
            Assert.Equal(0, table.CursorsOpen);
        }
    }

    private static readonly string[] Colours = ["red", "green", "blue"];

    /// <summary>A colour for each kind, a weight whose sign says whether it is large, and a size that is often missing or
    /// 0.</summary>
    private static TableView Table()
    {
        Random random = new(1);
        int[] kinds = [.. Enumerable.Range(0, Rows).Select(row => row % 3)];
        float[] weights = [.. kinds.Select(_ => 2 * random.NextSingle() - 1)];
        return new(
            TableColumn.Key("Kind", kinds.Select(kind => (uint)kind + 1), 3, TableColumn.TextAnnotation("KeyValues", "a", "b", "c")),
            TableColumn.Text("Colour", kinds.Select(kind => Colours[kind])),
            TableColumn.Boolean("IsLarge", weights.Select(weight => weight > 0)),
            TableColumn.Single("Weight", weights),
            TableColumn.Single("Size", Enumerable.Range(0, Rows).Select(row => (row % 6) switch { 0 or 1 => float.NaN, 2 => 0, _ => random.Next(50) })));
    }
}
