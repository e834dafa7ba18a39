using System.Buffers;

namespace Microsoft.ML.Data;

/// <summary>How the lines of a file are written: separators, quotes, sparse fields ("index:value").</summary>
internal sealed class FieldSyntax(char[] separators, TextLoader.Options options, int inputSize)
{
    public readonly char[] Separators = separators;
    public readonly SearchValues<char> SeparatorSet = SearchValues.Create(separators);
    public readonly bool SpaceSeparates = separators.Contains(' ');
    public readonly char Escape = options.EscapeChar;
    public readonly bool Quoting = options.AllowQuoting;
    public readonly bool Sparse = options.AllowSparse;
    public readonly bool Multiline = options.AllowQuoting && options.ReadMultilines;
    public readonly bool Trim = options.TrimWhitespace;
    public readonly bool EmptyIsNaN = options.MissingRealsAsNaNs;
    /// <summary>Number of fields of a line when it is declared, else 0: then each sparse line states it.</summary>
    public readonly int InputSize = inputSize;
    public readonly RealParser Reals = new(options.DecimalMarker, options.MissingRealsAsNaNs);

    /// <summary>Whether a line, which may itself begin inside quotes, ends inside quotes.</summary>
    public bool EndsInQuotes(ReadOnlySpan<char> line, bool quoted)
    {
        var at = 0;
        while (true)
        {
            if (!quoted)
            {
                while (at < line.Length && (SeparatorSet.Contains(line[at]) || line[at] == ' ')) at++;
                if (at == line.Length) return false;
                if (line[at] != '"')
                {
                    at = EndOfField(line, at);
                    continue;
                }
                at++;
            }
            if (!TryCloseQuote(line, ref at)) return true;
            while (!SpaceSeparates && at < line.Length && line[at] == ' ') at++;
            if (at < line.Length && !SeparatorSet.Contains(line[at])) // text after a closing quote spoils the rest of the line
                return false;
            quoted = false;
        }
    }

    public int EndOfField(ReadOnlySpan<char> line, int start)
    {
        var length = line[start..].IndexOfAny(SeparatorSet);
        return length < 0 ? line.Length : start + length;
    }

    private bool TryCloseQuote(ReadOnlySpan<char> line, ref int at)
    {
        while (at < line.Length)
        {
            var c = line[at++];
            if (c == Escape && c != '"')
                at++;
            else if (c == '"' && !(Escape == '"' && at < line.Length && line[at] == '"'))
                return true;
            else if (c == '"')
                at++;
        }
        at = line.Length;
        return false;
    }
}
