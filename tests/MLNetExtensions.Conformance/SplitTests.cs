using Microsoft.ML;
using Xunit;

namespace MLNetExtensions.Conformance;

/// <summary>Which rows ML.NET puts where, row by row, so that both package worlds train and test on the same data.</summary>
public sealed class SplitTests
{
    private sealed class Row
    {
        public int Id { get; set; }
        public string Group { get; set; }
        public float X { get; set; }
    }

    private static readonly string[] _groups = ["a", "å", "日本", "éaß", "abcd", "b c ", "", "x🎉"];

    private static IDataView Rows(MLContext context) => context.Data.LoadFromEnumerable(Enumerable.Range(0, 30)
        .Select(i => new Row { Id = i, Group = _groups[i % _groups.Length], X = i * 7 % 30 }));

    private static int[] Ids(MLContext context, IDataView view) =>
        [.. context.Data.CreateEnumerable<Row>(view, reuseRowObject: true).Select(r => r.Id)];

    [Theory]
    [InlineData(null, null, null, new[] { 5, 6, 10, 18, 20, 28 })]
    [InlineData(1, null, null, new[] { 2, 9, 10, 12, 13, 21, 28 })]
    [InlineData(1, 7, null, new[] { 3, 16, 17, 19, 22 })]
    [InlineData(null, null, "Group", new[] { 1, 2, 3, 7, 9, 10, 11, 15, 17, 18, 19, 23, 25, 26, 27 })]
    [InlineData(2, null, "Group", new[] { 0, 1, 3, 4, 8, 9, 11, 12, 16, 17, 19, 20, 24, 25, 27, 28 })]
    [InlineData(null, 7, "X", new[] { 0, 1, 5, 9, 13, 14, 18, 22, 26 })]
    [InlineData(null, null, "Id", new[] { 6, 7, 8, 11, 12, 13, 21, 22, 27 })]
    public void The_test_set(int? contextSeed, int? seed, string samplingKey, int[] expected)
    {
        var context = new MLContext(contextSeed);
        var split = context.Data.TrainTestSplit(Rows(context), 0.3, samplingKey, seed);
        Assert.Equal(expected, Ids(context, split.TestSet));
        // a row without a sampling key is in neither set
        var known = Enumerable.Range(0, 30).Where(i => samplingKey != "Group" || _groups[i % _groups.Length] != "");
        Assert.Equal(known.Except(expected), Ids(context, split.TrainSet));
    }

    [Theory]
    [InlineData(4, new[] { 27, 6, 9, 7, 24, 13, 8, 18, 20, 28, 14, 17, 21, 1, 12,
        0, 11, 23, 5, 15, 25, 19, 26, 16, 3, 22, 10, 29, 2, 4 })]
    [InlineData(1000, new[] { 2, 22, 25, 4, 27, 29, 16, 7, 17, 1, 10, 28, 6, 14, 26,
        19, 24, 21, 18, 12, 3, 8, 11, 0, 13, 9, 20, 5, 23, 15 })]
    public void The_order_of_shuffled_rows(int poolSize, int[] expected)
    {
        var context = new MLContext();
        var shuffled = context.Data.ShuffleRows(context.Data.Cache(Rows(context)), seed: 5, poolSize);
        Assert.Equal(expected, Ids(context, shuffled));
        Assert.Equal(expected, Ids(context, shuffled));
    }
}
