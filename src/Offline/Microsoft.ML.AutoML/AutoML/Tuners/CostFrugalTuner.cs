namespace Microsoft.ML.AutoML;

/// <summary>Local searches one after the other (Wu, Wang and Huang, "Frugal Optimization for Cost-related Hyperparameters", AAAI
/// 2021): the first begins at the default of the space, each later one at a random point of the box of starts seen so
/// far.</summary>
internal sealed class CostFrugalTuner(SearchSpace.SearchSpace space, int? seed) : ITuner
{
    private readonly Random _random = seed is { } value ? new Random(value) : new Random();
    private readonly double[] _lower = DefaultPoint(space), _upper = DefaultPoint(space);
    private Flow2 _search;

    public Parameter Propose(TrialSettings settings) => space.SampleFromFeatureSpace(_search?.Suggest() ?? Start());

    public void Update(TrialResult result)
    {
        var point = space.MappingToFeatureSpace(result.TrialSettings.Parameter);
        if (_search is null)
        {
            _search = new Flow2(point, space.Count, result.Loss, _random);
            for (var i = 0; i < point.Length; i++)
                (_lower[i], _upper[i]) = (Math.Min(_lower[i], point[i]), Math.Max(_upper[i], point[i]));
            return;
        }
        _search.Receive(point, result.Loss);
        if (_search.IsConverged) _search = null;
    }

    private static double[] DefaultPoint(SearchSpace.SearchSpace space) =>
        space.MappingToFeatureSpace(space.SampleFromFeatureSpace(space.Default));
    private double[] Start() => [.. _lower.Zip(_upper, (lower, upper) => _random.NextDouble() * (upper - lower) + lower)];
}
