namespace Microsoft.ML.AutoML;

internal sealed class RandomSearchTuner(SearchSpace.SearchSpace space, int? seed) : ITuner
{
    private readonly Random _random = seed is { } value ? new Random(value) : new Random();

    public Parameter Propose(TrialSettings settings)
    {
        var point = new double[space.FeatureSpaceDim];
        for (var i = 0; i < point.Length; i++) point[i] = _random.NextDouble();
        return space.SampleFromFeatureSpace(point);
    }

    public void Update(TrialResult result) { }
}
