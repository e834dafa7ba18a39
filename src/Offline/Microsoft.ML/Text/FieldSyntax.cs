using System.Buffers;

namespace Microsoft.ML.Data;

/// <summary>How the lines of a file are written: separators, quotes, sparse fields ("index:value").</summary>
internal sealed class FieldSyntax(char[] separators, TextLoader.Options options, int inputSize)
{
    private readonly SearchValues<char> _separators = SearchValues.Create(separators);
    private readonly char _escape = options.EscapeChar;
    public readonly bool SpaceSeparates = separators.Contains(' ');
    public readonly bool Quoting = options.AllowQuoting;
    public readonly bool Sparse = options.AllowSparse;
    public readonly bool Multiline = options.AllowQuoting && options.ReadMultilines;
    public readonly bool Trim = options.TrimWhitespace;
    public readonly bool EmptyIsNaN = options.MissingRealsAsNaNs;
    /// <summary>Number of fields of a line when it is declared, else 0: then each sparse line states it.</summary>
    public readonly int InputSize = inputSize;
    public readonly RealParser Reals = new(options.DecimalMarker, options.MissingRealsAsNaNs);

    public bool IsSeparator(char c) => _separators.Contains(c);

    /// <summary>Where the separator after a field is, or the end of the line.</summary>
    public int EndOfField(ReadOnlySpan<char> line, int start)
    {
        var length = line[start..].IndexOfAny(_separators);
        return length < 0 ? line.Length : start + length;
    }

    /// <summary>Whether a line, which may itself begin inside quotes, ends inside quotes.</summary>
    public bool EndsInQuotes(ReadOnlySpan<char> line, bool quoted)
    {
        var at = 0;
        while (true)
        {
            if (!quoted)
            {
                while (at < line.Length && (IsSeparator(line[at]) || line[at] == ' ')) at++;
                if (at == line.Length) return false;
                if (line[at] != '"')
                {
                    at = EndOfField(line, at);
                    continue;
                }
                at++;
            }
            if (!TryReadQuoted(line, ref at)) return true;
            while (!SpaceSeparates && at < line.Length && line[at] == ' ') at++;
            if (at < line.Length && !IsSeparator(line[at])) // text after a closing quote spoils the rest of the line
                return false;
            quoted = false;
        }
    }

    /// <summary>Reads from after an opening quote to after the closing one, without what escapes quotes; false if there is
    /// none.</summary>
    public bool TryReadQuoted(ReadOnlySpan<char> line, ref int at, StringBuilder text = null)
    {
        while (at < line.Length)
        {
            var c = line[at++];
            var isLast = at == line.Length;
            if (c == '"' && (isLast || _escape != '"' || line[at] != '"')) return true;
            if (c == _escape && !isLast)
            {
                if (line[at] != '"') text?.Append(c);
                c = line[at++];
            }
            text?.Append(c);
        }
        return false;
    }
}
