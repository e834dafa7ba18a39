using System.IO.Compression;

namespace Microsoft.ML;

/// <summary>Writes one component of a model: a header that says how to load it, its own data, and components within it.</summary>
public sealed class ModelSaveContext : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly MemoryStream _data = new();
    private VersionInfo? _version;
    internal readonly string Directory;
    internal readonly BinaryWriter Writer;

    private ModelSaveContext(ZipArchive archive, string directory) =>
        (_archive, Directory, Writer) = (archive, directory, new BinaryWriter(_data, Encoding.UTF8));
    public void Dispose() => Writer.Dispose();

    internal static void SaveComponent(ZipArchive archive, ICanSaveModel component, string directory)
    {
        using var ctx = new ModelSaveContext(archive, directory);
        component.Save(ctx);
        Contracts.Check(ctx._version is not null, $"The component saved in '{directory}' did not set its version.");
        ctx.SaveBinaryStream(ModelArchive.Model, writer =>
        {
            ctx._version.Value.Write(writer);
            writer.Write(ctx._data.GetBuffer(), 0, (int)ctx._data.Length);
        });
    }

    internal void SaveComponent(ICanSaveModel component, string name) =>
        SaveComponent(_archive, component, ModelArchive.Combine(Directory, name));
    internal void CheckAtModel() => Contracts.Check(_data.Length == 0, "A component must be saved into a context of its own.");
    internal void SetVersionInfo(VersionInfo ver) => _version = ver;

    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        using var writer = new BinaryWriter(_archive.Create(Directory, name), Encoding.UTF8);
        action(writer);
    }

    internal void SaveNonEmptyString(string str)
    {
        Contracts.CheckNonEmpty(str, nameof(str));
        Writer.Write(str);
    }

    internal void SaveArray<T>(IReadOnlyCollection<T> items, Action<T> save)
    {
        Writer.Write(items.Count);
        foreach (var item in items) save(item);
    }
}
