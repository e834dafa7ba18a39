using MLNetExtensions.Reporting.Evaluation;

namespace MLNetExtensions.Reporting.Experiments;

/// <summary>
/// A folder of runs, a folder a run: options, metrics, data, environment, curves and the model, in files that anyone can read.
/// Runs of several processes at once don't disturb each other.
/// </summary>
/// <param name="folder">The folder of the log, made when the first run begins.</param>
public sealed class ExperimentLog(string folder)
{
    /// <summary>The folder of the log.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>The runs, the oldest first. A run that did not end (a crash, a kill) is among them with
    /// <see cref="RunStatus.Running"/>.</summary>
    /// <exception cref="FormatException">A run's file is broken; the message names it.</exception>
    public IReadOnlyList<RunRecord> Runs => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateDirectories(Folder).Select(run => Path.Combine(run, RunRecord.FileName)).Where(File.Exists)
            .Select(RunRecord.Load).OrderBy(run => run.Started).ThenBy(run => run.Id, StringComparer.Ordinal)];

    /// <summary>Begins a run.</summary>
    /// <param name="name">What is tried: <c>wider, dropout 0.5</c>.</param>
    public ExperimentRun Start(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        string id = FormattableString.Invariant($"{now:yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..8]}");
        RunRecord record = new()
        {
            Id = id,
            Name = name,
            Started = now,
            Environment = RunEnvironment.Read().ToDictionary(property => property.Name, property => property.Value),
        };
        return new(Path.Combine(Folder, id), record);
    }
}
