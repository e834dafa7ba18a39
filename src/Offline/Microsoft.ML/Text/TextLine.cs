namespace Microsoft.ML.Data;

/// <summary>A line of a text file, by its number from 1; a line with quoted line breaks counts as one.</summary>
internal readonly record struct TextLine(string Text, long Number)
{
    /// <summary>The lines of a file without empty ones, those that start with "//" and, before the first other line, those that
    /// start with "#"; then without the header, if there is one.</summary>
    public static IEnumerable<TextLine> Read(Func<TextReader> open, FieldSyntax syntax, bool hasHeader)
    {
        using var reader = open();
        var isFirst = true;
        for (var number = 1L; reader.ReadLine() is { } line; number++)
        {
            if (line is [] or ['/', '/', ..] || isFirst && line[0] == '#') continue;
            if (syntax.Multiline) line = Complete(line, reader, syntax, number);
            if (!isFirst || !hasHeader) yield return new(line, number);
            isFirst = false;
        }
    }

    /// <summary>The line with those that its quotes go on in; the breaks between them become a single "\n".</summary>
    private static string Complete(string line, TextReader reader, FieldSyntax syntax, long number)
    {
        var text = new StringBuilder(line);
        for (var quoted = false; syntax.EndsInQuotes(line, quoted); quoted = true)
        {
            line = reader.ReadLine() ?? throw new EndOfStreamException($"A quoted field after line {number} is never closed");
            text.Append('\n').Append(line);
        }
        return text.ToString();
    }
}
