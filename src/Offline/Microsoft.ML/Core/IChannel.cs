namespace Microsoft.ML.Runtime;

public interface IPipe<TMessage> : IExceptionContext, IDisposable
{
    void Send(TMessage msg);
}

public interface IChannel : IPipe<ChannelMessage>
{
    void Trace(MessageSensitivity sensitivity, string fmt, params object[] args);
    void Warning(MessageSensitivity sensitivity, string fmt, params object[] args);
    void Info(MessageSensitivity sensitivity, string fmt, params object[] args);
}

public enum ChannelMessageKind { Trace = 0, Info = 1, Warning = 2, Error = 3 }

[Flags]
public enum MessageSensitivity { None = 0, Unknown = ~None, UserData = 0x1, Schema = 0x2, All = Unknown }

public readonly struct ChannelMessage
{
    public readonly ChannelMessageKind Kind;
    public readonly MessageSensitivity Sensitivity;
    private readonly string _format;
    private readonly object[] _arguments;

    internal ChannelMessage(ChannelMessageKind kind, MessageSensitivity sensitivity, string format, object[] arguments) =>
        (Kind, Sensitivity, _format, _arguments) = (kind, sensitivity, format, arguments);
    public string Message => _arguments is { Length: > 0 } ? string.Format(_format, _arguments) : _format;
}
