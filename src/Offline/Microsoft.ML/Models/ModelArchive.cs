using System.IO.Compression;

namespace Microsoft.ML;

/// <summary>A model file: a zip with a directory for each component.</summary>
internal static class ModelArchive
{
    /// <summary>The entry of a component's own data.</summary>
    public const string Model = "Model.key";

    public static ZipArchive OpenRead(Stream stream)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (Exception e)
        {
            var name = (stream as FileStream)?.Name ?? "the stream";
            throw new FormatException($"Failed to open a zip archive: {name} is no model, or only a part of one.", e);
        }
    }

    /// <summary>The path in a directory; a zip has forward slashes on every system.</summary>
    public static string Combine(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";
    public static Stream Create(this ZipArchive archive, string directory, string name) =>
        archive.CreateEntry(Combine(directory, name), CompressionLevel.Fastest).Open();

    public static Stream OpenOrNull(this ZipArchive archive, string directory, string name) =>
        archive.Entries.FirstOrDefault(e => e.FullName.Replace('\\', '/') == Combine(directory, name))?.Open();
}
