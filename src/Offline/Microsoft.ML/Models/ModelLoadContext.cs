using System.Text;

namespace Microsoft.ML;

/// <summary>Reads one component of a model.</summary>
internal sealed class ModelLoadContext : IDisposable
{
    public readonly RepositoryReader Repository;
    public readonly string Directory;
    public readonly BinaryReader Reader;
    public readonly string LoaderAssemblyName;
    private readonly VersionInfo _version;

    private ModelLoadContext(RepositoryReader rep, Stream stream, string dir)
    {
        (Repository, Directory, Reader) = (rep, dir, new BinaryReader(stream, Encoding.UTF8));
        _version = ModelHeader.Read(Reader);
        LoaderAssemblyName = _version.LoaderAssemblyName;
    }

    public void Dispose() => Reader.Dispose();

    public static void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir,
        params object[] extra)
        where TRes : class =>
        Contracts.CheckDecode(LoadModelOrNull<TRes, TSig>(env, out result, rep, dir, extra),
            $"Corrupt model file: there is no '{dir}'.");

    public static bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir,
        params object[] extra)
        where TRes : class
    {
        result = null;
        if (rep.OpenEntryOrNull(ML.Repository.Combine(dir, ML.Repository.ModelEntry)) is not { } stream) return false;
        using var ctx = new ModelLoadContext(rep, stream, dir);
        if (ctx.LoaderAssemblyName.Length > 0) env.ComponentCatalog.RegisterAssembly(Assembly.Load(ctx.LoaderAssemblyName));
        var arguments = new object[] { env, ctx }.Concat(extra).ToArray();
        result = (env.ComponentCatalog.CreateOrNull(typeof(TSig), ctx._version.LoaderSignature, arguments)
            ?? env.ComponentCatalog.CreateOrNull(typeof(TSig), ctx._version.LoaderSignatureAlt, arguments)) as TRes;
        Contracts.CheckDecode(result is not null,
            $"Couldn't load model: '{dir}' has no loader '{ctx._version.LoaderSignature}' in {ctx.LoaderAssemblyName}.");
        return true;
    }

    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra)
        where TRes : class =>
        LoadModel<TRes, TSig>(env, out result, Repository, ML.Repository.Combine(Directory, name), extra);

    public bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra)
        where TRes : class =>
        LoadModelOrNull<TRes, TSig>(env, out result, Repository, ML.Repository.Combine(Directory, name), extra);

    public void CheckAtModel() { }
    public void CheckAtModel(VersionInfo ver) => CheckVersionInfo(ver);
    public void CheckVersionInfo(VersionInfo ver) => ModelHeader.Check(_version, ver);

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        if (Repository.OpenEntryOrNull(ML.Repository.Combine(Directory, name)) is not { } stream) return false;
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        action(reader);
        return true;
    }

    public string LoadNonEmptyString()
    {
        var text = LoadString();
        Contracts.CheckDecode(text.Length > 0, "Corrupt model file: a name is empty.");
        return text;
    }

    public string LoadString() => Reader.ReadString();

    internal T[] LoadArray<T>(Func<T> load)
    {
        var count = Reader.ReadInt32();
        Contracts.CheckDecode(count >= 0, "Corrupt model file: a count is negative.");
        var items = new List<T>();
        for (var i = 0; i < count; i++) items.Add(load());
        return [.. items];
    }
}
