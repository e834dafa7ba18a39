using System.IO.Compression;

namespace Microsoft.ML;

internal static class Repository
{
    public const string ModelEntry = "Model.key";

    /// <summary>The path of an entry; a zip has forward slashes on every system.</summary>
    public static string Combine(string directory, string name) => string.IsNullOrEmpty(directory) ? name : $"{directory}/{name}";
}

internal sealed class RepositoryWriter(Stream stream) : IDisposable
{
    private readonly ZipArchive _archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
    public Stream CreateEntry(string path) => _archive.CreateEntry(path, CompressionLevel.Fastest).Open();
    public void Dispose() => _archive.Dispose();
}

internal sealed class RepositoryReader : IDisposable
{
    private readonly ZipArchive _archive;

    public RepositoryReader(Stream stream)
    {
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (Exception e)
        {
            var name = (stream as FileStream)?.Name ?? "the stream";
            throw new FormatException($"Failed to open a zip archive: {name} is no model, or only a part of one.", e);
        }
    }

    public Stream OpenEntryOrNull(string path) =>
        _archive.Entries.FirstOrDefault(e => e.FullName.Replace('\\', '/') == path)?.Open();
    public void Dispose() => _archive.Dispose();
}
