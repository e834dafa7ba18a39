using System.IO.Compression;

namespace Microsoft.ML;

internal sealed class ModelLoadContext : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly VersionInfo _version;
    public readonly string Directory;
    public readonly BinaryReader Reader;

    private ModelLoadContext(ZipArchive archive, Stream stream, string directory)
    {
        (_archive, Directory, Reader) = (archive, directory, new BinaryReader(stream, Encoding.UTF8));
        _version = VersionInfo.Read(Reader);
    }

    public void Dispose() => Reader.Dispose();

    /// <summary>The component in that directory, or null if there is none.</summary>
    internal static T LoadOrNull<T>(IHostEnvironment env, ZipArchive archive, string directory) where T : class
    {
        if (archive.OpenOrNull(directory, ModelArchive.Model) is not { } stream) return null;
        using var ctx = new ModelLoadContext(archive, stream, directory);
        var (version, catalog) = (ctx._version, env.ComponentCatalog);
        if (version.LoaderAssemblyName.Length > 0) catalog.RegisterAssembly(Assembly.Load(version.LoaderAssemblyName));
        var loaded = catalog.LoadOrNull(version.LoaderSignature, env, ctx)
            ?? catalog.LoadOrNull(version.LoaderSignatureAlt, env, ctx);
        Contracts.CheckDecode(loaded is T, $"Couldn't load model: '{directory}' has no loader '{version.LoaderSignature}'.");
        return (T)loaded;
    }

    internal T Load<T>(IHostEnvironment env, string name) where T : class
    {
        var path = ModelArchive.Combine(Directory, name);
        return LoadOrNull<T>(env, _archive, path) ?? throw new FormatException($"Corrupt model file: there is no '{path}'.");
    }

    public void CheckAtModel(VersionInfo ver) => _version.Check(ver);

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        using var stream = _archive.OpenOrNull(Directory, name);
        if (stream is not null) action(new BinaryReader(stream, Encoding.UTF8));
        return stream is not null;
    }

    public string LoadNonEmptyString()
    {
        var text = Reader.ReadString();
        Contracts.CheckDecode(text.Length > 0, "Corrupt model file: a name is empty.");
        return text;
    }

    internal T[] LoadArray<T>(Func<T> load)
    {
        var count = Reader.ReadInt32();
        Contracts.CheckDecode(count >= 0, "Corrupt model file: a count is negative.");
        var items = new List<T>();
        for (var i = 0; i < count; i++) items.Add(load());
        return [.. items];
    }
}
