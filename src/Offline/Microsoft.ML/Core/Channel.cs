namespace Microsoft.ML.Runtime;

internal sealed class Channel(Action<ChannelMessage> log) : IChannel
{
    public void Send(ChannelMessage msg) => log(msg);
    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(new(ChannelMessageKind.Trace, sensitivity, fmt, args));
    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(new(ChannelMessageKind.Warning, sensitivity, fmt, args));
    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(new(ChannelMessageKind.Info, sensitivity, fmt, args));
    public void Dispose() { }
}
