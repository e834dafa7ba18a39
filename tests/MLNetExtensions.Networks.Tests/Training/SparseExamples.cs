using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Tests.Training;

/// <summary>Random rows with a few values other than 0, as they are stored and with their zeros.</summary>
internal sealed class SparseExamples
{
    private readonly int _width;
    private readonly int[] _starts, _indices;
    private readonly float[] _values;

    public SparseExamples(int count, int width, int valuesPerRow, int seed = 1)
    {
        Random random = new(seed);
        _width = width;
        Indices = [.. Enumerable.Range(0, count).Select(row => row == 1
            ? [] // a row of nothing but zeros
            : Enumerable.Range(0, valuesPerRow).Select(_ => random.Next(width)).Distinct().Order().ToArray())];
        Values = [.. Indices.Select(row => row.Select(_ => random.NextSingle() - 0.5f).ToArray())];
        _starts = [0, .. Indices.Select((_, row) => Indices.Take(row + 1).Sum(indices => indices.Length))];
        (_indices, _values) = ([.. Indices.SelectMany(row => row)], [.. Values.SelectMany(row => row)]);
        Dense = new float[count * width];
        Rows.CopyTo(Dense);
        Targets = [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    public int[][] Indices { get; }

    public float[][] Values { get; }

    public float[] Dense { get; }

    public float[] Targets { get; }

    public SparseRows Rows => new(_width, _starts, _indices, _values);

    /// <summary>The rows kept sparse.</summary>
    public FeatureTable<float> Table()
    {
        FeatureTable<float> table = new(_width);
        for (int row = 0; row < Indices.Length; row++)
            table.Add(Indices[row], Values[row]);
        return table;
    }
}
