using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks.Training;

/// <summary>The epochs of a run, as data: for curves, comparisons and experiment logs.</summary>
public sealed class TrainingHistory : IReadOnlyList<EpochRecord>
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly List<EpochRecord> _epochs;

    /// <summary>A history of the given epochs.</summary>
    /// <param name="metricName">What <see cref="EpochRecord.ValidationMetric"/> is.</param>
    /// <param name="epochs">The epochs so far.</param>
    public TrainingHistory(string metricName, IEnumerable<EpochRecord> epochs) =>
        (MetricName, _epochs) = (metricName, [.. epochs]);

    /// <summary>What <see cref="EpochRecord.ValidationMetric"/> is: <c>accuracy</c>.</summary>
    public string MetricName { get; }

    /// <summary>The number of epochs.</summary>
    public int Count => _epochs.Count;

    /// <summary>An epoch, counted from 0 here.</summary>
    public EpochRecord this[int index] => _epochs[index];

    internal void Add(EpochRecord epoch) => _epochs.Add(epoch);

    /// <summary>The history as JSON: <c>{"metric": "accuracy", "epochs": [{"epoch": 1, "loss": 0.69, …}, …]}</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(new Document(MetricName, _epochs), Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static TrainingHistory FromJson(string json)
    {
        try
        {
            Document? document = JsonSerializer.Deserialize<Document>(json, Json);
            return document is { Metric: not null, Epochs: not null }
                ? new(document.Metric, document.Epochs)
                : throw new FormatException("Not a training history: 'metric' or 'epochs' is missing.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"Not a training history: {e.Message}", e);
        }
    }

    /// <summary>The history as CSV, a line an epoch under a line of names; empty where something was not measured.</summary>
    public string ToCsv()
    {
        string[] metrics = Names(epoch => epoch.Metrics), validation = Names(epoch => epoch.ValidationMetrics);
        StringBuilder text = new();
        text.AppendJoin(',', [
            "epoch", "loss", .. metrics, "validation loss", .. validation.Select(name => $"validation {name}"),
            "learning rate", "seconds", "examples per second",
        ]).Append('\n');
        foreach (EpochRecord e in _epochs)
        {
            double?[] values = [
                e.Epoch, e.Loss, .. metrics.Select(name => e.Metrics[name]), e.ValidationLoss,
                .. validation.Select(name => e.ValidationMetrics[name]), e.LearningRate, e.Seconds, e.ExamplesPerSecond,
            ];
            text.AppendJoin(',', values.Select(value => value?.ToString(CultureInfo.InvariantCulture))).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The names of all metrics of the epochs, each once, in order.</summary>
    internal string[] Names(Func<EpochRecord, MetricValues> metrics) =>
        [.. _epochs.SelectMany(epoch => metrics(epoch).Select(metric => metric.Key)).Distinct()];

    /// <inheritdoc/>
    public IEnumerator<EpochRecord> GetEnumerator() => _epochs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed record Document(string Metric, IReadOnlyList<EpochRecord> Epochs);
}
