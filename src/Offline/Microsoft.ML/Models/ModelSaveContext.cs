namespace Microsoft.ML;

/// <summary>Writes one component of a model: a header that says how to load it, its own data, and components within it.</summary>
public sealed class ModelSaveContext : IDisposable
{
    internal readonly RepositoryWriter Repository;
    internal readonly string Directory;
    internal readonly BinaryWriter Writer;
    private readonly MemoryStream _data = new();
    private VersionInfo? _version;

    private ModelSaveContext(RepositoryWriter rep, string dir) =>
        (Repository, Directory, Writer) = (rep, dir, new BinaryWriter(_data, Encoding.UTF8));
    public void Dispose() => Writer.Dispose();

    internal static void SaveModel<T>(RepositoryWriter rep, T value, string path) where T : class
    {
        if (value is null) return;
        var component = value as ICanSaveModel ?? throw new InvalidOperationException($"{value.GetType()} cannot be saved.");
        using var ctx = new ModelSaveContext(rep, path);
        component.Save(ctx);
        Contracts.Check(ctx._version is not null, $"The component saved in '{path}' did not set its version.");
        ctx.SaveBinaryStream(ML.Repository.ModelEntry, writer =>
        {
            ctx._version.Value.Write(writer);
            writer.Write(ctx._data.GetBuffer(), 0, (int)ctx._data.Length);
        });
    }

    internal void SaveModel<T>(T value, string name) where T : class =>
        SaveModel(Repository, value, ML.Repository.Combine(Directory, name));
    internal void CheckAtModel() => Contracts.Check(_data.Length == 0, "A component must be saved into a context of its own.");
    internal void SetVersionInfo(VersionInfo ver) => _version = ver;

    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        using var writer = new BinaryWriter(Repository.CreateEntry(ML.Repository.Combine(Directory, name)), Encoding.UTF8);
        action(writer);
    }

    internal void SaveNonEmptyString(string str)
    {
        Contracts.CheckNonEmpty(str, nameof(str));
        Writer.Write(str);
    }

    internal void SaveString(string str) => Writer.Write(str);

    internal void SaveArray<T>(IReadOnlyCollection<T> items, Action<T> save)
    {
        Writer.Write(items.Count);
        foreach (var item in items) save(item);
    }
}
