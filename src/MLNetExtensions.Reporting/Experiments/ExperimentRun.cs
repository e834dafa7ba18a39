using System.Globalization;
using System.Text;
using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Reporting.Evaluation;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Reporting.Experiments;

/// <summary>
/// A run while it goes on. What is logged is on the disk when the method returns. <see cref="Complete"/> says that the run ended
/// well; one disposed of without it is a failed one. Not thread-safe.
/// </summary>
public sealed class ExperimentRun : IDisposable
{
    private const string MetricsFile = "metrics.csv";

    private readonly Dictionary<string, string> _options = [];
    private readonly Dictionary<string, double> _metrics = [];
    private readonly Dictionary<string, string> _data = [];
    private RunRecord _record;

    internal ExperimentRun(string folder, RunRecord record)
    {
        Folder = folder;
        _record = record;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, MetricsFile), "time,metric,step,value\n");
        Save();
    }

    /// <summary>The run's folder, for files of one's own.</summary>
    public string Folder { get; }

    /// <summary>What is known of the run so far.</summary>
    public RunRecord Record => _record;

    /// <summary>Logs the options of a trainer, each that is set.</summary>
    public void LogOptions(NeuralNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach ((string name, string value) in OptionTable.Read(options))
            _options[name] = value;
        Save();
    }

    /// <summary>Logs an option of one's own.</summary>
    public void LogOption(string name, object value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _options[name] = string.Create(CultureInfo.InvariantCulture, $"{value}");
        Save();
    }

    /// <summary>Logs a value of a metric; the last one stands for the run.</summary>
    /// <param name="name">The metric: <c>validation loss</c>.</param>
    /// <param name="value">Its value.</param>
    /// <param name="step">Where in the run, as a rule the epoch; 0 for what has no place.</param>
    public void LogMetric(string name, double value, long step = 0)
    {
        Append([(name, value, step)]);
        Save();
    }

    /// <summary>Logs the epochs of a run: loss and metrics of training and validation, learning rate.</summary>
    public void LogHistory(TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        Append(history.SelectMany(epoch => Values(epoch)));
        Save();
    }

    /// <summary>Logs a fingerprint of data: schema, number of rows and every value of its columns.</summary>
    /// <param name="role">What it is: <c>training</c>.</param>
    /// <param name="data">The data, read once.</param>
    public void LogData(string role, IDataView data)
    {
        ArgumentException.ThrowIfNullOrEmpty(role);
        ArgumentNullException.ThrowIfNull(data);
        _data[role] = DataFingerprint.Of(data);
        Save();
    }

    /// <summary>Saves the model as <c>model.zip</c> in the run's folder.</summary>
    public void LogModel(MLContext ml, ITransformer model, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(ml);
        AtomicFile.Write(Path.Combine(Folder, "model.zip"), stream => ml.Model.Save(model, inputSchema, stream));
    }

    /// <summary>Saves a report as <c>report.html</c> in the run's folder.</summary>
    public void LogReport(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        report.Save(Path.Combine(Folder, "report.html"));
    }

    /// <summary>Says that the run ended well.</summary>
    public void Complete() => End(RunStatus.Finished, null);

    /// <summary>Says that the run ended by an error.</summary>
    public void Fail(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        End(RunStatus.Failed, error.Message);
    }

    /// <summary>Ends the run as failed unless it has ended already.</summary>
    public void Dispose()
    {
        if (_record.Ended is null)
            End(RunStatus.Failed, "The run was given up.");
    }

    private static IEnumerable<(string, double, long)> Values(EpochRecord epoch)
    {
        yield return ("loss", epoch.Loss, epoch.Epoch);
        foreach ((string name, double value) in epoch.Metrics)
            yield return ($"training {name}", value, epoch.Epoch);
        if (epoch.ValidationLoss is { } loss)
            yield return ("validation loss", loss, epoch.Epoch);
        foreach ((string name, double value) in epoch.ValidationMetrics)
            yield return ($"validation {name}", value, epoch.Epoch);
        yield return ("learning rate", epoch.LearningRate, epoch.Epoch);
    }

    private void Append(IEnumerable<(string Name, double Value, long Step)> values)
    {
        StringBuilder lines = new();
        string now = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        foreach ((string name, double value, long step) in values)
        {
            if (string.IsNullOrEmpty(name) || name.AsSpan().ContainsAny(",\"\r\n"))
                throw new ArgumentException(
                    $"'{name}' can't name a metric: it is empty or has a comma, a quote or a line break.", nameof(values));
            lines.Append(CultureInfo.InvariantCulture, $"{now},{name},{step},{value:R}\n");
            _metrics[name] = value;
        }
        File.AppendAllText(Path.Combine(Folder, MetricsFile), lines.ToString());
    }

    private void End(RunStatus status, string? error)
    {
        if (_record.Ended is not null)
            throw new InvalidOperationException($"The run '{_record.Name}' has ended already.");
        _record = _record with { Status = status, Ended = DateTimeOffset.UtcNow, Error = error };
        Save();
    }

    private void Save()
    {
        _record = _record with
        {
            Options = new Dictionary<string, string>(_options),
            Metrics = new Dictionary<string, double>(_metrics),
            Data = new Dictionary<string, string>(_data),
        };
        _record.Save(Folder);
    }
}
