namespace Microsoft.ML.AutoML;

/// <summary>Local searches one after the other (Wu, Wang and Huang, "Frugal Optimization for Cost-related Hyperparameters", AAAI
/// 2021): the first begins at the default of the space, each later one at a random point of the box of starts seen so
/// far.</summary>
internal sealed class CostFrugalTuner : ITuner
{
    private readonly SearchSpace.SearchSpace _space;
    private readonly Random _random;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private Flow2 _search;

    public CostFrugalTuner(SearchSpace.SearchSpace space, int? seed)
    {
        _space = space;
        _random = seed is { } value ? new Random(value) : new Random();
        _lower = space.MappingToFeatureSpace(space.SampleFromFeatureSpace(space.Default));
        _upper = [.. _lower];
    }

    public Parameter Propose(TrialSettings settings) => _space.SampleFromFeatureSpace(_search?.Suggest() ?? Start());

    public void Update(TrialResult result)
    {
        var point = _space.MappingToFeatureSpace(result.TrialSettings.Parameter);
        if (_search is null)
        {
            _search = new Flow2(point, _space.Count, result.Loss, _random);
            for (var i = 0; i < point.Length; i++)
                (_lower[i], _upper[i]) = (Math.Min(_lower[i], point[i]), Math.Max(_upper[i], point[i]));
            return;
        }
        _search.Receive(point, result.Loss);
        if (_search.IsConverged) _search = null;
    }

    private double[] Start() => [.. _lower.Zip(_upper, (lower, upper) => _random.NextDouble() * (upper - lower) + lower)];
}
