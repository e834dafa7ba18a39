using Microsoft.ML.Data;

namespace MLNetExtensions.Tests;

/// <summary>Made-up bags of words, the same for the same seed: a few words of many a row, of which the first four decide the
/// label.</summary>
internal sealed class SparseText
{
    private readonly int _width;
    private readonly (int[] Indices, float[] Values)[] _rows;

    public SparseText(int seed, int count, int width, int words = 10)
    {
        _width = width;
        Random random = new(seed);
        _rows = [.. Enumerable.Range(0, count).Select(row =>
        {
            IEnumerable<int> others = Enumerable.Range(0, words - 1).Select(_ => random.Next(4, width));
            int[] indices = [.. others.Append(row % 4).Distinct().Order()];
            return (indices, indices.Select(_ => 0.5f + random.NextSingle()).ToArray());
        })];
    }

    /// <summary>The word that decides, from 0 to 3.</summary>
    public IEnumerable<int> Topics => _rows.Select(row => row.Indices[0]);

    public TableColumn Sparse => TableColumn.Sparse("Features", NumberDataViewType.Single, _width, _rows);

    /// <summary>The same rows with their zeros.</summary>
    public TableColumn Dense => TableColumn.Vector("Features", NumberDataViewType.Single, _rows.Select(row =>
    {
        float[] values = new float[_width];
        for (int i = 0; i < row.Indices.Length; i++)
            values[row.Indices[i]] = row.Values[i];
        return values;
    }));

    /// <summary>A label for a task of <see cref="TaskCase"/>.</summary>
    public TableColumn Label(string task) => task switch
    {
        "binary" => TableColumn.Boolean("Label", Topics.Select(topic => topic < 2)),
        "regression" => TableColumn.Single("Label", Topics.Select(topic => (float)topic)),
        _ => TableColumn.Key("Label", Topics.Select(topic => (uint)topic + 1), 4),
    };

    public TableView View(string task, bool sparse = true) => new(Label(task), sparse ? Sparse : Dense);
}
