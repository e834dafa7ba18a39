using System.Globalization;
using System.Text;
using System.Text.Json;
using MLNetExtensions.Networks;

namespace MLNetExtensions.Reporting.Experiments;

/// <summary>
/// Writes a log as MLflow's file store, for <c>mlflow ui --backend-store-uri FOLDER</c>: an experiment of that name with its
/// runs, parameters, tags and metrics by step, and each run's folder as its artifacts.
/// </summary>
public static class MlflowExport
{
    // The enumerations of MLflow's RunStatus and SourceType.
    private const int Running = 1, Finished = 3, Failed = 4, Local = 4;

    private const string Active = "active";

    /// <summary>Writes the runs of a log; what a former export of the same runs wrote is replaced.</summary>
    /// <param name="log">The log.</param>
    /// <param name="folder">The file store, made if it is not there.</param>
    /// <param name="experimentName">The experiment that the runs belong to.</param>
    /// <exception cref="IOException">The store can't be written.</exception>
    public static void Write(ExperimentLog log, string folder, string experimentName = "MLNetExtensions")
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(experimentName);
        IReadOnlyList<RunRecord> runs = log.Runs;
        string experimentId = Identity(experimentName);
        string experiment = Path.Combine(Path.GetFullPath(folder), experimentId);
        WriteYaml(experiment, [
            ("artifact_location", new Uri(experiment).AbsoluteUri),
            ("creation_time", Milliseconds(runs.Count > 0 ? runs[0].Started : DateTimeOffset.UtcNow)),
            ("experiment_id", experimentId),
            ("last_update_time",
                Milliseconds(runs.Count > 0 ? runs.Max(run => run.Ended ?? run.Started) : DateTimeOffset.UtcNow)),
            ("lifecycle_stage", Active),
            ("name", experimentName)]);
        foreach (RunRecord run in runs)
            Write(run, Path.Combine(log.Folder, run.Id), Path.Combine(experiment, Identity(run.Id)), experimentId);
    }

    private static void Write(RunRecord run, string source, string target, string experimentId)
    {
        string id = Path.GetFileName(target);
        WriteYaml(target, [
            ("artifact_uri", new Uri(source).AbsoluteUri),
            ("end_time", run.Ended is { } ended ? Milliseconds(ended) : null),
            ("entry_point_name", ""),
            ("experiment_id", experimentId),
            ("lifecycle_stage", Active),
            ("run_id", id),
            ("run_name", run.Name),
            ("run_uuid", id),
            ("source_name", ""),
            ("source_type", Local),
            ("source_version", ""),
            ("start_time", Milliseconds(run.Started)),
            ("status", run.Status switch { RunStatus.Running => Running, RunStatus.Finished => Finished, _ => Failed }),
            ("tags", Array.Empty<string>()),
            ("user_id", Environment.UserName)]);
        WriteEntries(Path.Combine(target, "params"), run.Options);
        Dictionary<string, string> tags = new() { ["mlflow.runName"] = run.Name };
        foreach ((string name, string value) in run.Environment)
            tags[$"environment.{name}"] = value;
        foreach ((string role, string fingerprint) in run.Data)
            tags[$"data.{role}"] = fingerprint;
        WriteEntries(Path.Combine(target, "tags"), tags);
        WriteEntries(Path.Combine(target, "metrics"), MetricLines(Path.Combine(source, "metrics.csv")));
    }

    /// <summary>For each metric its lines <c>milliseconds value step</c>.</summary>
    private static Dictionary<string, string> MetricLines(string path)
    {
        Dictionary<string, StringBuilder> lines = [];
        foreach (string line in File.ReadLines(path).Skip(1))
        {
            // A run that was killed may have left a part of a line.
            if (line.Split(',') is not [var time, var name, var step, var value]
                || !DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out DateTimeOffset at))
                continue;
            if (!lines.TryGetValue(name, out StringBuilder? text))
                lines.Add(name, text = new());
            text.Append(CultureInfo.InvariantCulture, $"{Milliseconds(at)} {value} {step}\n");
        }
        return lines.ToDictionary(metric => metric.Key, metric => metric.Value.ToString());
    }

    private static void WriteEntries(string folder, IReadOnlyDictionary<string, string> entries)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, string value) in entries)
            AtomicFile.Write(Path.Combine(folder, FileName(name)), stream => stream.Write(Encoding.UTF8.GetBytes(value)));
    }

    /// <summary>JSON's scalars are YAML's too.</summary>
    private static void WriteYaml(string folder, IEnumerable<(string Name, object? Value)> members)
    {
        string text = string.Concat(members.Select(member => $"{member.Name}: {JsonSerializer.Serialize(member.Value)}\n"));
        AtomicFile.Write(Path.Combine(folder, "meta.yaml"), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>MLflow allows letters, digits, underscores, dashes, periods, spaces and slashes in names.</summary>
    private static string FileName(string name) =>
        string.Concat(name.Select(
            letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ' ' ? letter : '_'));

    /// <summary>32 hexadecimal digits, the same for the same name.</summary>
    private static string Identity(string name) =>
        Convert.ToHexStringLower(System.IO.Hashing.XxHash128.Hash(Encoding.UTF8.GetBytes(name)));

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
