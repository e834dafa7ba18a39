namespace Microsoft.ML.Data;

/// <summary>A piece of a text file: whole lines in one buffer.</summary>
internal sealed class LineBlock(int capacity)
{
    /// <summary>A line is Buffer[Start..End]; Number counts the lines of the file from 1, skipped ones included.</summary>
    public readonly record struct Line(int Start, int End, long Number);

    public char[] Buffer = new char[capacity];
    public readonly List<Line> Lines = [];

    public ReadOnlySpan<char> this[int line] => Buffer.AsSpan(Lines[line].Start, Lines[line].End - Lines[line].Start);
}
