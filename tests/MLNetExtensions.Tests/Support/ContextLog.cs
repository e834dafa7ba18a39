using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNetExtensions.Tests;

/// <summary>A context that keeps what is logged to it.</summary>
internal sealed class ContextLog
{
    private readonly List<(ChannelMessageKind Kind, string Message)> _lines = [];

    public ContextLog() => Context.Log += (_, message) => _lines.Add((message.Kind, message.Message));

    public MLContext Context { get; } = new(seed: 1);

    public IEnumerable<string> Warnings => Of(ChannelMessageKind.Warning);

    public IEnumerable<string> Infos => Of(ChannelMessageKind.Info);

    private IEnumerable<string> Of(ChannelMessageKind kind) =>
        _lines.Where(line => line.Kind == kind).Select(line => line.Message);
}
