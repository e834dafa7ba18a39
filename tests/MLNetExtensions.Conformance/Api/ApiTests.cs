using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.ML.AutoML;
using Xunit;

namespace MLNetExtensions.Conformance;

/// <summary>Whatever compiles against the subset of Microsoft.ML.AutoML compiles against the package. Skipped where the package itself
/// is used.</summary>
public sealed class ApiTests
{
    private static readonly Assembly _subset = typeof(AutoCatalog).Assembly;

    [SubsetFact]
    public void Every_public_type_and_member_is_one_of_the_real_library()
    {
        var real = new RecordedApi(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Api"), "Microsoft.ML.*.txt"));
        var wrong = new List<string>();
        foreach (var type in _subset.GetExportedTypes())
        {
            if (real.Find(type) is not { } recorded)
            {
                wrong.Add($"{ApiFormat.Header(type)}: no such type");
                continue;
            }
            var header = ApiFormat.Header(type);
            if (header != recorded.Header) wrong.Add($"{header}\n    is  {recorded.Header}");
            wrong.AddRange(ApiFormat.Members(type).Where(m => !recorded.Members.Contains(m))
                .Select(m => $"{ApiFormat.Name(type)}: {m}{Likely(recorded.Members, m)}"));
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [SubsetFact]
    public void It_has_the_identity_that_ML_NET_names_as_its_friend()
    {
        var name = _subset.GetName();
        Assert.Equal(new Version(1, 0, 0, 0), name.Version);
        Assert.Equal("cc7b13ffcd2ddd51", Convert.ToHexStringLower(name.GetPublicKeyToken()));
    }

    [SubsetFact]
    public void Nothing_is_left_unimplemented()
    {
        using var file = new PEReader(File.OpenRead(_subset.Location));
        var metadata = file.GetMetadataReader();
        var used = metadata.TypeReferences.Select(r => metadata.GetString(metadata.GetTypeReference(r).Name));
        Assert.DoesNotContain(nameof(NotImplementedException), used);
    }

    private static string NameOf(string line) => line.Split('(', '{', '<', '=')[0].TrimEnd().Split(' ')[^1].Split('[')[0];

    private static string Likely(IEnumerable<string> recorded, string line) =>
        string.Concat(recorded.Where(r => NameOf(r) == NameOf(line)).Select(r => $"\n    is  {r}"));
}

/// <summary>About the subset, and skipped where the package is used.</summary>
public sealed class SubsetFactAttribute : FactAttribute
{
    public SubsetFactAttribute()
    {
        // Of the package, search spaces are an assembly of their own.
        if (typeof(Microsoft.ML.SearchSpace.Parameter).Assembly != typeof(AutoCatalog).Assembly)
            Skip = "This build uses the package Microsoft.ML.AutoML.";
    }
}
