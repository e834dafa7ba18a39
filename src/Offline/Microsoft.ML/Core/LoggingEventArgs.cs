namespace Microsoft.ML;

public class LoggingEventArgs : EventArgs
{
    internal LoggingEventArgs(string message, ChannelMessageKind kind, string source) =>
        (Source, Kind, Message) = (source, kind, $"[Source={source}, Kind={kind}] {message}");
    public string Source { get; }
    public ChannelMessageKind Kind { get; }
    public string Message { get; }
}
