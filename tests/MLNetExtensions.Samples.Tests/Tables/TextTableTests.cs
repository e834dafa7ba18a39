using System.Text;
using Samples.Tables;

namespace MLNetExtensions.Samples.Tests.Tables;

/// <summary>Tables as they are found: separators, names or none, encodings, empty lines and comments.</summary>
public sealed class TextTableTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a,b\n1,x\n2,y\n", ',')]
    [InlineData("a;b\n1,5;2,5\n2,5;3,5\n", ';')]
    [InlineData("a\tb\n1\tx, y\n2\tz\n", '\t')]
    [InlineData("a|b\n1|x\n2|y\n", '|')]
    [InlineData("1,5;2,5\n2,5;3,5\n", ';')]
    [InlineData("a\n1\n2\n", ',')]
    [InlineData("\"a;1\",b\n1,x\n2,y\n", ',')]
    public void Separators_are_those_that_every_line_has(string text, char separator) =>
        Assert.Equal(separator, Read(text).Separator);

    [Theory]
    [InlineData("date,0,1\n2020-01-01,2,3\n2020-01-02,3,4\n", "date,0,1")]
    [InlineData("M,0.4,15\nF,0.5,7\nM,0.6,9\n", null)]
    [InlineData("2020-01-01,2\n2020-01-02,3\n", null)]
    [InlineData("1,2\n3,4\n", null)]
    [InlineData("colour,shape\nred,flat\nred,round\n", "colour,shape")]
    [InlineData("red,flat\nred,round\nblue,flat\n", null)]
    [InlineData("x,y\n?,1\nNA,2\n", "x,y")]
    [InlineData("x,y\n", "x,y")]
    [InlineData("x,x,\n1,2,3\n", "x,x.2,2")]
    public void Names_stand_above_values_of_another_kind(string text, string? names)
    {
        TextTable table = Read(text);
        Assert.Equal(names is not null, table.HasNames);
        Assert.Equal(names ?? string.Join(',', Enumerable.Range(0, table.Names.Count)), string.Join(',', table.Names));
        Assert.Equal(text.Count(character => character == '\n') - (table.HasNames ? 1 : 0), table.Rows.Count());
    }

    [Fact]
    public void Cells_are_trimmed_and_unquoted_and_filled_up()
    {
        TextTable table = Read("# by a logger\na,\"b, c\",d\n\n1 ,\"x, \"\"y\"\"\", 2\r\n3\n,,\n");
        Assert.Equal(["a", "b, c", "d"], table.Names);
        Assert.Equal([["1", "x, \"y\"", "2"], ["3", "", ""]], table.Rows);
    }

    [Fact]
    public void Columns_are_found_by_name_before_number()
    {
        TextTable table = Read("date,0,1\n2020-01-01,2,3\n");
        Assert.Equal([0, 1, 2, 2], new[] { "date", "0", "1", "2" }.Select(name => table.Find(name, "--label")));
        ArgumentException e = Assert.Throws<ArgumentException>(() => table.Find("when", "--time"));
        Assert.Contains("no column 'when' (--time); it has date, 0, 1.", e.Message);
    }

    [Fact]
    public void Lines_that_are_too_long_are_an_error_that_names_the_row()
    {
        FormatException e = Assert.Throws<FormatException>(() => Read(string.Concat(
            "a,b\n", string.Concat(Enumerable.Repeat("1,2\n", 150)), "1,2,3\n")).Rows.Count());
        Assert.Contains("Row 150 of", e.Message);
        Assert.Contains("has 3 cells, but there are 2 columns: a, b.", e.Message);
    }

    [Fact]
    public void Files_of_any_encoding_are_read()
    {
        const string Text = "Température,b\n1,2\n";
        foreach (Encoding encoding in (Encoding[])[Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.Latin1])
            Assert.Equal("Température", TextTable.Read(_folder.WriteText("t.csv", Text, encoding)).Names[0]);
        Assert.Equal("Température", TextTable.Read(_folder.WriteGzip("t.csv.gz", Text)).Names[0]);
        Assert.Throws<InvalidDataException>(() => TextTable.Read(_folder.WriteText("u.csv.gz", Text)));
    }

    [Fact]
    public void Files_that_are_no_text_are_an_error() =>
        Assert.Contains("is no text", Assert.Throws<InvalidDataException>(() => Read("PK\u0003\0\0,a")).Message);

    [Fact]
    public void Empty_files_are_an_error() =>
        Assert.Contains("is empty", Assert.Throws<FormatException>(() => Read("\n\n")).Message);

    private TextTable Read(string text) => TextTable.Read(_folder.WriteText("table.csv", text));
}
