using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetExtensions.Conformance;

/// <summary>Text files that are larger than what is read at once.</summary>
public sealed class TextFileTests
{
    private const int Count = 20_000;

    private static readonly TextLoader.Column[] _columns =
    [
        new("Id", DataKind.Int32, 0), new("Text", DataKind.String, 1), new("Values", DataKind.Single, 2, 3),
    ];

    [Theory]
    [InlineData(true, "\n")]
    [InlineData(false, "\n")]
    [InlineData(true, "\r\n")]
    public void Every_row_is_read_in_order(bool useThreads, string lineBreak)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Count; i++)
            text.Append($"{i},{Word(i)},{i / 4.0},{-i}{lineBreak}");
        var view = Load(text, new TextLoader.Options { UseThreads = useThreads });

        Assert.Equal(Enumerable.Range(0, Count), view.GetColumn<int>("Id"));
        Assert.Equal(Enumerable.Range(0, Count).Select(Word), view.GetColumn<string>("Text"));
        Assert.Equal(Enumerable.Range(0, Count).SelectMany(i => new[] { i / 4f, -i }), view.GetColumn<float[]>("Values").SelectMany(v => v));
    }

    [Fact]
    public void A_quoted_field_may_be_long_and_span_lines()
    {
        var lines = string.Join("\r\n", Enumerable.Repeat("a \"\"quoted\"\" line", Count));
        var options = new TextLoader.Options { AllowQuoting = true, ReadMultilines = true };
        var view = Load(new StringBuilder($"0,\"{lines}\",1,2\r\n1,b,3,4\r\n"), options);

        Assert.Equal([lines.Replace("\r\n", "\n").Replace("\"\"", "\""), "b"], view.GetColumn<string>("Text"));
        Assert.Equal([[1, 2], [3, 4]], view.GetColumn<float[]>("Values"));
    }

    [Fact]
    public void A_bad_cell_is_named()
    {
        var text = new StringBuilder().Insert(0, "1,a,2,3\n", Count).Append("x,a,2,3\n");
        var view = Load(text, new TextLoader.Options());

        var error = Assert.Throws<FormatException>(() => view.GetColumn<int>("Id").Count());
        Assert.Contains($"x in line {Count + 1}, column Id", error.Message);
        Assert.Equal(Count + 1, view.GetColumn<string>("Text").Count());
    }

    private static string Word(int i) => new((char)('a' + i % 26), i % 40);

    private static IDataView Load(StringBuilder text, TextLoader.Options options)
    {
        var path = Temp.File(".csv");
        File.WriteAllText(path, text.ToString());
        (options.Columns, options.Separators) = (_columns, [',']);
        return new MLContext().Data.LoadFromTextFile(path, options);
    }
}
