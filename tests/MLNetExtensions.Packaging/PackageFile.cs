using System.IO.Compression;
using System.Xml.Linq;

namespace MLNetExtensions.Packaging;

/// <summary>A .nupkg, or a .snupkg, as it is read.</summary>
public sealed class PackageFile
{
    private readonly XElement _metadata;

    public PackageFile(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        Entries = archive.Entries.ToDictionary(entry => entry.FullName, Text);
        string nuspec = Entries.Single(entry => entry.Key.EndsWith(".nuspec", StringComparison.Ordinal)).Value;
        _metadata = XDocument.Parse(nuspec).Descendants().First(element => element.Name.LocalName == "metadata");
        Id = Metadata("id")!.Value;
    }

    public string Id { get; }

    public string Version => Metadata("version")!.Value;

    /// <summary>The text of each file by its path.</summary>
    public IReadOnlyDictionary<string, string> Entries { get; }

    public IEnumerable<string> Dependencies =>
        _metadata.Descendants(_metadata.Name.Namespace + "dependency").Select(dependency => dependency.Attribute("id")!.Value);

    public XElement? Metadata(string name) => _metadata.Element(_metadata.Name.Namespace + name);

    private static string Text(ZipArchiveEntry entry)
    {
        using StreamReader reader = new(entry.Open());
        return reader.ReadToEnd();
    }
}
