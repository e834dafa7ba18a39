using System.Globalization;
using Microsoft.ML.AutoML;

namespace MLNetExtensions.AutoML;

/// <summary>Where a trial is.</summary>
public enum SweepTrialState
{
    /// <summary>It was begun.</summary>
    Running,

    /// <summary>It was evaluated.</summary>
    Completed,

    /// <summary>It threw an exception, and the experiment goes on without it.</summary>
    Failed,
}

/// <summary>A trial of a sweep, without its model.</summary>
/// <param name="Settings">Its number, times and parameters.</param>
/// <param name="State">Where it is.</param>
/// <param name="Trainer">The name of the trainer: <c>NeuralNetworkBinary</c>, or an estimator type of ML.NET.</param>
/// <param name="Network">The network; null for another trainer.</param>
/// <param name="Metric">The metric that the experiment was told to optimise; NaN unless completed.</param>
/// <param name="Loss">What is minimised, the metric or its negative; NaN unless completed.</param>
/// <param name="Duration">How long it took; zero unless completed.</param>
/// <param name="Error">Why it failed; null otherwise.</param>
public sealed record SweepTrial(
    TrialSettings Settings, SweepTrialState State, string Trainer, NeuralNetworkHyperparameters? Network,
    double Metric = double.NaN, double Loss = double.NaN, TimeSpan Duration = default, Exception? Error = null)
{
    /// <summary>Its number, from 0.</summary>
    public int Id => Settings.TrialId;

    /// <summary>The trial in a line.</summary>
    public override string ToString()
    {
        string outcome = State switch
        {
            SweepTrialState.Completed => string.Create(
                CultureInfo.InvariantCulture, $"{Metric:F4} in {Duration.TotalSeconds:F1} s"),
            SweepTrialState.Failed => $"failed: {Error?.Message}",
            _ => "running",
        };
        return $"trial {Id}: {outcome}, {Trainer}{(Network is null ? "" : $" {Network}")}";
    }
}
