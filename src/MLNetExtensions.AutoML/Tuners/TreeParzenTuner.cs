using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using SearchSpace = Microsoft.ML.SearchSpace.SearchSpace;

namespace MLNetExtensions.AutoML;

/// <summary>
/// Searches where good trials are dense and bad ones are not: the tree-structured Parzen estimator (TPE) of Bergstra, Bardenet,
/// Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization" (NIPS 2011), each option by itself. For sweeps of some dozens
/// to some hundreds of trials over many options, where ML.NET's default takes small steps away from the defaults.
/// </summary>
/// <remarks>
/// The first trial has the defaults, further ones are drawn at random. From then on the best 15 % of the trials, at most 25, are
/// the good ones; of 24 values drawn from their density the one with the highest ratio to the density of the others is taken. A
/// failed trial is a bad one. The experiment's seed decides: equal losses give equal proposals.
/// </remarks>
public sealed class TreeParzenTuner : ITuner
{
    /// <summary>The trials before densities are estimated, unless told otherwise.</summary>
    public const int DefaultStartupTrials = 20;

    private const double GoodShare = 0.15;
    private const int MaxGood = 25, Candidates = 24;

    private readonly SearchSpace _space;
    private readonly int?[] _steps;
    private readonly int _startupTrials;
    private readonly Random _random;
    private readonly Dictionary<int, double[]> _proposed = [];
    private readonly List<(double[] Point, double Loss)> _observed = [];

    /// <summary>A tuner for an experiment; <c>experiment.SetTreeParzenTuner()</c> makes one.</summary>
    /// <param name="settings">The experiment's seed and search space.</param>
    /// <param name="startupTrials">The trials before densities are estimated, at least 1.</param>
    public TreeParzenTuner(AutoMLExperiment.AutoMLExperimentSettings settings, int startupTrials = DefaultStartupTrials)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(startupTrials, 1);
        (_space, _startupTrials) = (settings.SearchSpace, startupTrials);
        _steps = [.. Steps(_space)];
        _random = settings.Seed is { } seed ? new(seed) : new();
    }

    /// <inheritdoc/>
    public Parameter Propose(TrialSettings settings)
    {
        double[] point = _proposed.Count == 0 ? _space.Default
            : _observed.Count < _startupTrials ? [.. _steps.Select(_ => _random.NextDouble())]
            : Suggest();
        _proposed[settings.TrialId] = point;
        return _space.SampleFromFeatureSpace(point);
    }

    /// <inheritdoc/>
    public void Update(TrialResult result)
    {
        if (!_proposed.TryGetValue(result.TrialSettings.TrialId, out double[]? point))
            point = _space.MappingToFeatureSpace(result.TrialSettings.Parameter);
        _observed.Add((point, double.IsNaN(result.Loss) ? double.MaxValue : result.Loss));
    }

    private double[] Suggest()
    {
        double[][] ranked = [.. _observed.OrderBy(trial => trial.Loss).Select(trial => trial.Point)];
        int good = Math.Min((int)Math.Ceiling(GoodShare * ranked.Length), MaxGood);
        double[] suggestion = new double[_steps.Length];
        for (int i = 0; i < suggestion.Length; i++)
        {
            ParzenDensity likely = new(ranked[..good].Select(point => point[i]), _steps[i]);
            ParzenDensity unlikely = new(ranked[good..].Select(point => point[i]), _steps[i]);
            suggestion[i] = Enumerable.Range(0, Candidates).Select(_ => likely.Sample(_random))
                .MaxBy(value => likely.At(value) / unlikely.At(value));
        }
        return suggestion;
    }

    /// <summary>For each dimension of the feature space the number of values, null for a continuous one. A choice of one value
    /// has a step, but no dimension.</summary>
    private static IEnumerable<int?> Steps(OptionBase option) => option is SearchSpace space
        ? space.OrderBy(member => member.Key).SelectMany(member => Steps(member.Value))
        : option.Step.Take(option.FeatureSpaceDim);
}
