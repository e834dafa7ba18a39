namespace Microsoft.ML;

internal sealed class ModelLoadContext : IDisposable
{
    public readonly RepositoryReader Repository;
    public readonly string Directory;
    public readonly BinaryReader Reader;
    private readonly VersionInfo _version;

    private ModelLoadContext(RepositoryReader rep, Stream stream, string dir)
    {
        (Repository, Directory, Reader) = (rep, dir, new BinaryReader(stream, Encoding.UTF8));
        _version = VersionInfo.Read(Reader);
    }

    public void Dispose() => Reader.Dispose();

    public static bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir,
        params object[] extra) where TRes : class
    {
        result = null;
        if (rep.OpenEntryOrNull(ML.Repository.Combine(dir, ML.Repository.ModelEntry)) is not { } stream) return false;
        using var ctx = new ModelLoadContext(rep, stream, dir);
        var (assembly, signature) = (ctx._version.LoaderAssemblyName, ctx._version.LoaderSignature);
        if (assembly.Length > 0) env.ComponentCatalog.RegisterAssembly(Assembly.Load(assembly));
        object[] arguments = [env, ctx, .. extra];
        result = (env.ComponentCatalog.CreateOrNull(typeof(TSig), signature, arguments)
            ?? env.ComponentCatalog.CreateOrNull(typeof(TSig), ctx._version.LoaderSignatureAlt, arguments)) as TRes;
        Contracts.CheckDecode(result is not null, $"Couldn't load model: '{dir}' has no loader '{signature}' in {assembly}.");
        return true;
    }

    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra)
        where TRes : class
    {
        var path = ML.Repository.Combine(Directory, name);
        var found = LoadModelOrNull<TRes, TSig>(env, out result, Repository, path, extra);
        Contracts.CheckDecode(found, $"Corrupt model file: there is no '{path}'.");
    }

    public void CheckAtModel(VersionInfo ver) => _version.Check(ver);

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        using var stream = Repository.OpenEntryOrNull(ML.Repository.Combine(Directory, name));
        if (stream is not null) action(new BinaryReader(stream, Encoding.UTF8));
        return stream is not null;
    }

    public string LoadString() => Reader.ReadString();

    public string LoadNonEmptyString()
    {
        var text = LoadString();
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
