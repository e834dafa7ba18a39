namespace MLNetExtensions.Packaging;

/// <summary>The packages, made once for all tests from what is built.</summary>
public sealed class PackedPackages : IDisposable
{
    private readonly TempFolder _folder = new();

    public PackedPackages()
    {
        DotNet.Run(
            BuildInfo.Repository,
            "pack", "MLNetExtensions.sln", "--no-build", "-c", BuildInfo.Configuration, $"-p:PackageOutputPath={Folder}");
        All = Read("*.nupkg");
        Symbols = Read("*.snupkg");
    }

    public string Folder => _folder.File("packages");

    public IReadOnlyDictionary<string, PackageFile> All { get; }

    public IReadOnlyDictionary<string, PackageFile> Symbols { get; }

    public void Dispose() => _folder.Dispose();

    private Dictionary<string, PackageFile> Read(string pattern) =>
        Directory.GetFiles(Folder, pattern).Select(path => new PackageFile(path)).ToDictionary(package => package.Id);
}
