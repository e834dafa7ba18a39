using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLNetExtensions.Networks;

/// <summary>The metrics of training and scoring, for OpenTelemetry and whoever listens to the <see cref="Meter"/> of the name
/// <see cref="MeterName"/>. They cost a comparison while nobody does.</summary>
internal static class Instruments
{
    /// <summary>The name to add to OpenTelemetry's meters.</summary>
    public const string MeterName = "MLNetExtensions";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Training examples.</summary>
    public static Counter<long> TrainedRows { get; } =
        Meter.CreateCounter<long>("mlnetextensions.training.rows", "{row}", "Examples that were trained on");

    /// <summary>Training examples a second, over the steps of an epoch so far.</summary>
    public static Gauge<double> TrainedRowsPerSecond { get; } =
        Meter.CreateGauge<double>(
            "mlnetextensions.training.rows_per_second", "{row}/s", "Examples a second in this epoch so far");

    /// <summary>The mean training loss of the epoch so far.</summary>
    public static Gauge<double> Loss { get; } =
        Meter.CreateGauge<double>("mlnetextensions.training.loss", null, "The mean training loss of this epoch so far");

    /// <summary>The time of a step.</summary>
    public static Histogram<double> StepDuration { get; } =
        Meter.CreateHistogram<double>("mlnetextensions.training.step.duration", "s", "The time of a training step");

    /// <summary>Scored rows.</summary>
    public static Counter<long> ScoredRows { get; } =
        Meter.CreateCounter<long>("mlnetextensions.scoring.rows", "{row}", "Rows that were scored");

    /// <summary>The time in which the rows of a block, or one by itself, are scored.</summary>
    public static Histogram<double> ScoringDuration { get; } = Meter.CreateHistogram<double>(
        "mlnetextensions.scoring.duration", "s", "The time in which a block of rows, or one by itself, is scored");

    /// <summary>The time at which a call begins that is to be measured; 0 when nobody listens.</summary>
    public static long Begin(Instrument duration) => duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>Says that rows were scored.</summary>
    public static void Scored(int rows, long began)
    {
        if (ScoredRows.Enabled)
            ScoredRows.Add(rows);
        if (began != 0)
            ScoringDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
    }
}
