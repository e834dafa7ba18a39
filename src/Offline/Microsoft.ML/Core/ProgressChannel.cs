using System.Globalization;

namespace Microsoft.ML.Runtime;

/// <summary>Writes checkpoints to the log: metrics first, then the progress, as the header names them.</summary>
internal sealed class ProgressChannel(LocalEnvironment environment, string name) : IProgressChannel
{
    private ProgressHeader _header = new();
    public IProgressChannel StartProgressChannel(string subName) => new ProgressChannel(environment, $"{name}.{subName}");
    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction) =>
        _header = header ?? throw new ArgumentNullException(nameof(header));

    public void Checkpoint(params double?[] values)
    {
        var names = _header.MetricNames.Concat(_header.UnitNames).ToArray();
        var parts = values.Zip(names).Where(p => p.First is not null)
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.First} {p.Second}"));
        environment.Send(name,
            new ChannelMessage(ChannelMessageKind.Trace, MessageSensitivity.None, string.Join(", ", parts), null));
    }

    public void Dispose() { }
}
