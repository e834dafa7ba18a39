namespace Microsoft.ML.Runtime;

/// <summary>Sends what is written to it to the log of the context.</summary>
internal sealed class Channel(LocalEnvironment environment, string name) : IChannel
{
    private readonly string _source = environment.Name is null ? name : $"{environment.Name}; {name}";

    public string ContextDescription => _source;
    public TException Process<TException>(TException ex) where TException : Exception => ex;
    public void Send(ChannelMessage msg) => environment.Send(_source, msg);
    public void Trace(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Trace, sensitivity, fmt);
    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Trace, sensitivity, fmt, args);
    public void Error(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Error, sensitivity, fmt);
    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Error, sensitivity, fmt, args);
    public void Warning(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Warning, sensitivity, fmt);
    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Warning, sensitivity, fmt, args);
    public void Info(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Info, sensitivity, fmt);
    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Info, sensitivity, fmt, args);
    public void Dispose() { }
    private void Send(ChannelMessageKind kind, MessageSensitivity sensitivity, string format, params object[] arguments) =>
        Send(new ChannelMessage(kind, sensitivity, format, arguments));
}
