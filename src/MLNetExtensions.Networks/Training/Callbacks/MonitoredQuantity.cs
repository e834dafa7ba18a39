namespace MLNetExtensions.Networks.Training;

/// <summary>What early stopping watches.</summary>
public readonly record struct MonitoredQuantity
{
    private readonly string? _text;
    private readonly string? _metric;

    private MonitoredQuantity(string text, string? metric = null) => (_text, _metric) = (text, metric);

    /// <summary>The loss of the validation set, or the training loss where there is none: the default.</summary>
    public static MonitoredQuantity Loss => default;

    /// <summary>The training loss, though there is a validation set.</summary>
    public static MonitoredQuantity TrainingLoss { get; } = new(nameof(TrainingLoss));

    /// <summary>The first metric of the validation set.</summary>
    public static MonitoredQuantity ValidationMetric { get; } = new(nameof(ValidationMetric));

    /// <summary>A metric of the validation set by its name, one of <see cref="TrainingOptions.Metrics"/>.</summary>
    public static MonitoredQuantity Metric(string name) => new($"validation {name}", name);

    /// <inheritdoc/>
    public override string ToString() => _text ?? nameof(Loss);

    /// <summary>The metric that is watched among those of a run; null for a loss.</summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    internal TrainingMetric? Of(IReadOnlyList<TrainingMetric> metrics)
    {
        string? name = _metric;
        if (name is null)
            return this == ValidationMetric ? metrics[0] : null;
        return metrics.FirstOrDefault(metric => metric.Name == name) ?? throw new ArgumentException(
            $"Early stopping watches the metric '{name}', but measured are {string.Join(", ", metrics.Select(metric => metric.Name))}.");
    }
}
