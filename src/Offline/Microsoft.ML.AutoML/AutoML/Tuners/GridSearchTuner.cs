namespace Microsoft.ML.AutoML;

/// <summary>Walks through a grid, the last dimension fastest, again and again; continuous ones are cut into steps.</summary>
internal sealed class GridSearchTuner(SearchSpace.SearchSpace space, int step) : ITuner
{
    private readonly IEnumerator<double[]> _points = Points(space.Step, step).GetEnumerator();

    public Parameter Propose(TrialSettings settings)
    {
        _points.MoveNext();
        return space.SampleFromFeatureSpace(_points.Current);
    }

    public void Update(TrialResult result) { }

    private static IEnumerable<double[]> Points(int?[] steps, int step)
    {
        if (steps.Length == 0 || step == 0) throw new InvalidOperationException("There is nothing to search: the grid is empty");
        IEnumerable<double[]> grid = [[]];
        foreach (var count in steps.Select(count => count ?? step))
            grid = grid.SelectMany(point => Enumerable.Range(0, count).Select(double[] (i) => [.. point, i * 1.0 / count]));
        while (true)
            foreach (var point in grid) yield return point;
    }
}
