using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.ML;
using Xunit;

namespace MLNetExtensions.Conformance;

/// <summary>Whatever compiles against the library under test compiles against the real one.</summary>
public sealed class ApiTests
{
    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Api");
    private static readonly RecordedApi _internals = new(Path.Combine(_folder, "internals.txt"));
    private static readonly RecordedApi _public = new(Directory.GetFiles(_folder, "Microsoft.ML.*.txt"));

    private static readonly Assembly[] _assemblies =
        new[] { "", ".Core", ".Data", ".DataView", ".Transforms", ".SearchSpace", ".AutoML" }
            .Select(part => Path.Combine(AppContext.BaseDirectory, $"Microsoft.ML{part}.dll")).Where(File.Exists)
            .Select(Assembly.LoadFrom).ToArray();

    // a feed may have stubs in the place of the native trainers that AutoML refers to
    private static readonly string[] _stubs = ["Microsoft.ML.Vision", "Microsoft.ML.TorchSharp", "Microsoft.ML.Transforms.Image"];

    private static readonly Type[] _types = _assemblies.SelectMany(a => a.GetTypes())
        .Where(t => !_stubs.Any(s => t.Namespace?.StartsWith(s, StringComparison.Ordinal) == true)).ToArray();

    [Fact]
    public void Every_public_type_and_member_is_one_of_the_real_library()
    {
        var wrong = new List<string>();
        foreach (var type in _types.Where(t => t.IsVisible))
        {
            if (_public.Find(type) is not { } recorded)
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

    [Fact]
    public void Internals_that_the_product_uses_have_the_signatures_of_the_real_ones()
    {
        var wrong = new List<string>();
        var found = _types.Where(t => _internals.Find(t) is not null).ToArray();
        Assert.NotEmpty(found);
        foreach (var type in found)
        {
            var recorded = _internals.Find(type).Value.Members;
            var names = recorded.Select(NameOf).ToHashSet();
            // beside them there may be internal members of the stand-in's own, under names that the real one does not have
            wrong.AddRange(ApiFormat.Members(type, withInternal: true)
                .Where(m => !recorded.Contains(m) && (names.Contains(NameOf(m)) || m.StartsWith("public") && !type.IsVisible))
                .Select(m => $"{ApiFormat.Name(type)}: {m}{Likely(recorded, m)}"));
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [StandInFact]
    public void Nothing_is_left_unimplemented()
    {
        foreach (var assembly in _assemblies)
        {
            using var file = new PEReader(File.OpenRead(assembly.Location));
            var metadata = file.GetMetadataReader();
            var used = metadata.TypeReferences.Select(r => metadata.GetString(metadata.GetTypeReference(r).Name));
            Assert.DoesNotContain(nameof(NotImplementedException), used);
        }
    }

    private static string NameOf(string line) => line.Split('(', '{', '<', '=')[0].TrimEnd().Split(' ')[^1].Split('[')[0];

    private static string Likely(IEnumerable<string> recorded, string line) =>
        string.Concat(recorded.Where(r => NameOf(r) == NameOf(line)).Select(r => $"\n    is  {r}"));
}

/// <summary>About the stand-in for ML.NET, and skipped where the real packages are used.</summary>
public sealed class StandInFactAttribute : FactAttribute
{
    public StandInFactAttribute()
    {
        if (typeof(IDataView).Assembly != typeof(MLContext).Assembly) Skip = "This build uses the real packages.";
    }
}
