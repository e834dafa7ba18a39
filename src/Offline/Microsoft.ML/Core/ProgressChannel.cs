namespace Microsoft.ML.Runtime;

/// <summary>Writes checkpoints to the log: metrics first, then the progress, as the header names them.</summary>
internal sealed class ProgressChannel(Action<string, ChannelMessage> log, string name) : IProgressChannel
{
    private ProgressHeader _header = new();

    public IProgressChannel StartProgressChannel(string subName) => new ProgressChannel(log, $"{name}.{subName}");
    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction) =>
        _header = header ?? throw new ArgumentNullException(nameof(header));

    public void Checkpoint(params double?[] values)
    {
        var parts = values.Zip(_header.MetricNames.Concat(_header.UnitNames)).Where(p => p.First is not null)
            .Select(p => FormattableString.Invariant($"{p.First} {p.Second}"));
        log(name, new(ChannelMessageKind.Trace, MessageSensitivity.None, string.Join(", ", parts), null));
    }

    public void Dispose() { }
}
