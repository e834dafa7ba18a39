using System.Runtime.CompilerServices;

namespace Microsoft.ML.Runtime;

/// <summary>The interpolated message of a check, put together only when it fails: checks of every row cost nothing.</summary>
[InterpolatedStringHandler]
internal ref struct FailureMessage
{
    private DefaultInterpolatedStringHandler _text;

    public FailureMessage(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        if (isNeeded) _text = new(literalLength, formattedCount);
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);
    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);
    public string Take() => _text.ToStringAndClear();
}
