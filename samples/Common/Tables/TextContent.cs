using System.IO.Compression;
using System.Text;

namespace Samples.Tables;

/// <summary>What a text file says: plain or compressed by gzip; UTF-8, else UTF-16 or UTF-32 with a mark, else Latin-1.</summary>
public static class TextContent
{
    /// <exception cref="InvalidDataException">The file is no text, or not what gzip makes.</exception>
    public static string Read(string path)
    {
        string text = Decode(path);
        return text.Contains('\0')
            ? throw new InvalidDataException($"The file '{path}' is no text: it has bytes of 0.")
            : text;
    }

    private static string Decode(string path)
    {
        byte[] bytes = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Decompress(path) : File.ReadAllBytes(path);
        try
        {
            using StreamReader reader = new(new MemoryStream(bytes), new UTF8Encoding(false, throwOnInvalidBytes: true));
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private static byte[] Decompress(string path)
    {
        using MemoryStream content = new();
        using FileStream source = File.OpenRead(path);
        using GZipStream stream = new(source, CompressionMode.Decompress);
        try
        {
            stream.CopyTo(content);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"The file '{path}' is not what gzip makes: {e.Message}", e);
        }
        return content.ToArray();
    }
}
