using System.Globalization;
using Google.Protobuf;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Reporting.Evaluation;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Reporting.TensorBoard;

/// <summary>
/// Writes an event file that TensorBoard shows: <c>tensorboard --logdir FOLDER</c>. Every record is on its way to the disk when
/// the method returns, so that a run can be watched while it goes on. Not thread-safe.
/// </summary>
public sealed class TensorBoardWriter : IDisposable
{
    private const string HyperParameters = "hparams";
    private const int SessionEndedWell = 1;

    private static int _files;

    private readonly FileStream _stream;
    private readonly string _runName;
    private bool _hasHyperParameters;

    /// <summary>Begins a new event file.</summary>
    /// <param name="folder">The folder of the run, made if it is not there. TensorBoard shows each folder as a run.</param>
    /// <exception cref="IOException">The file can't be made.</exception>
    public TensorBoardWriter(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        _runName = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        FilePath = Path.Combine(folder, string.Create(
            CultureInfo.InvariantCulture,
            $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.{Environment.MachineName}.{Environment.ProcessId}.{Interlocked.Increment(ref _files)}"));
        _stream = new(FilePath, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Write(new Event { FileVersion = "brain.Event:2" });
    }

    /// <summary>The event file.</summary>
    public string FilePath { get; }

    /// <summary>Writes a number.</summary>
    /// <param name="tag">The chart: <c>validation/loss</c>.</param>
    /// <param name="step">Where on the horizontal axis, as a rule the epoch or step.</param>
    /// <param name="value">The number.</param>
    public void AddScalar(string tag, long step, double value) =>
        Write(step, new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });

    /// <summary>Writes how values are distributed, in 30 buckets of equal width between the smallest and the largest.</summary>
    /// <param name="tag">The chart: <c>weights/conv1</c>.</param>
    /// <param name="step">The epoch or step.</param>
    /// <param name="values">The values; those that aren't finite are left out.</param>
    public void AddHistogram(string tag, long step, ReadOnlySpan<float> values) =>
        Write(step, new Summary.Types.Value { Tag = tag, Histo = Histogram.Of(values) });

    /// <summary>Writes a picture.</summary>
    /// <param name="tag">The picture's name.</param>
    /// <param name="step">The epoch or step.</param>
    /// <param name="png">A PNG file.</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    public void AddImage(string tag, long step, ReadOnlySpan<byte> png, int width, int height) =>
        Write(step, new Summary.Types.Value
        {
            Tag = tag,
            Image = new() { Width = width, Height = height, Colorspace = 3, EncodedImageString = ByteString.CopyFrom(png) },
        });

    /// <summary>Writes an epoch: <c>training/loss</c> and <c>training/METRIC</c>, the same of validation, <c>learning rate</c>
    /// and <c>examples per second</c>.</summary>
    public void AddEpoch(EpochRecord epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        AddScalar("training/loss", epoch.Epoch, epoch.Loss);
        foreach ((string name, double value) in epoch.Metrics)
            AddScalar($"training/{name}", epoch.Epoch, value);
        if (epoch.ValidationLoss is { } loss)
            AddScalar("validation/loss", epoch.Epoch, loss);
        foreach ((string name, double value) in epoch.ValidationMetrics)
            AddScalar($"validation/{name}", epoch.Epoch, value);
        AddScalar("learning rate", epoch.Epoch, epoch.LearningRate);
        AddScalar("examples per second", epoch.Epoch, epoch.ExamplesPerSecond);
    }

    /// <summary>Writes all epochs of a run.</summary>
    public void AddHistory(TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        foreach (EpochRecord epoch in history)
            AddEpoch(epoch);
    }

    /// <summary>Writes the options of a run for the tab of hyper-parameters, once, before the run.</summary>
    public void AddHyperParameters(NeuralNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SessionStartInfo start = new() { GroupName = _runName, StartTimeSecs = Now };
        foreach ((string name, string value) in OptionTable.Read(options))
            start.Hparams[name] = double.TryParse(value, CultureInfo.InvariantCulture, out double number)
                ? new HParamValue { NumberValue = number }
                : new HParamValue { StringValue = value };
        WritePlugin("_hparams_/session_start_info", new HParamsPluginData { SessionStartInfo = start });
        _hasHyperParameters = true;
    }

    /// <summary>Ends the file.</summary>
    public void Dispose()
    {
        if (_hasHyperParameters && _stream.CanWrite)
            WritePlugin(
                "_hparams_/session_end_info",
                new HParamsPluginData { SessionEndInfo = new() { Status = SessionEndedWell, EndTimeSecs = Now } });
        _stream.Dispose();
    }

    private static double Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    private void WritePlugin(string tag, HParamsPluginData data) => Write(0, new Summary.Types.Value
    {
        Tag = tag,
        Metadata = new() { PluginData = new() { PluginName = HyperParameters, Content = data.ToByteString() } },
    });

    private void Write(long step, Summary.Types.Value value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value.Tag, "tag");
        Write(new Event { Step = step, Summary = new() { Value = { value } } });
    }

    private void Write(Event written)
    {
        written.WallTime = Now;
        RecordFile.Write(_stream, written.ToByteArray());
        _stream.Flush();
    }
}
