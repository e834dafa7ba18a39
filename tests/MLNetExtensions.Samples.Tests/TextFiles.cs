using System.IO.Compression;
using System.Text;

namespace MLNetExtensions.Samples.Tests;

/// <summary>Text files for a test.</summary>
internal static class TextFiles
{
    public static string WriteText(this TempFolder folder, string name, string text, Encoding? encoding = null)
    {
        encoding ??= new UTF8Encoding(false);
        return folder.Write(name, [.. encoding.Preamble, .. encoding.GetBytes(text)]);
    }

    public static string WriteGzip(this TempFolder folder, string name, string text)
    {
        using MemoryStream content = new();
        using (GZipStream stream = new(content, CompressionMode.Compress))
            stream.Write(Encoding.UTF8.GetBytes(text));
        return folder.Write(name, content.ToArray());
    }
}
