using Microsoft.ML.SearchSpace;

namespace Samples.Diabetes;

/// <summary>How features are put on one scale.</summary>
public enum Scaling
{
    /// <summary>Mean 0 and deviation 1.</summary>
    MeanVariance,

    /// <summary>The largest absolute value 1.</summary>
    MinMax,

    /// <summary>Ranks, in quantiles.</summary>
    Binning,
}

/// <summary>The choices in preparing the table, as a search space for AutoML; the defaults are those of the diabetes
/// sample.</summary>
public sealed class PreparationOption
{
    [Choice(Scaling.MeanVariance, Scaling.MinMax, Scaling.Binning)]
    public Scaling Scaling { get; set; }

    /// <summary>Whether there are features that are computed from others.</summary>
    [BooleanChoice(true)]
    public bool Derived { get; set; } = true;

    /// <summary>Whether the absence of a measurement is a feature.</summary>
    [BooleanChoice(true)]
    public bool Absence { get; set; } = true;

    public override string ToString() => $"{Scaling}{(Derived ? ", derived" : "")}{(Absence ? ", absence" : "")}";
}
