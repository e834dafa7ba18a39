using System.Reflection;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Interop;

/// <summary>ML.NET's internals are used in one folder, and each of them is on the list.</summary>
public sealed class InternalApiTests
{
    private static readonly Assembly Library = typeof(NeuralNetworkTransformer).Assembly;

    /// <summary>The list, a line a type.</summary>
    private static string[] Listed => [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Interop", "InternalApi.txt"))
        .Where(line => line.Length > 0 && line[0] is not ('#' or '['))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(words => string.Join(' ', [words[0], .. words.Skip(1).Order(StringComparer.Ordinal)]))
        .Order(StringComparer.Ordinal)];

    [Fact]
    public void The_list_names_what_is_used_and_nothing_else()
    {
        using InternalReferences references = new(Library);
        string[] used = [.. references.All().Select(type => string.Join(' ', [type.Key, .. type.Value]))];
        Assert.Equal(Listed, used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_files_of_one_folder_use_them()
    {
        using InternalReferences references = new(Library);
        (string File, string Used)[] uses = [.. references.BySource()];
        Assert.Contains(uses, use => Path.GetFileName(use.File) == "ModelEntries.cs"
            && use.Used.EndsWith("SaveBinaryStream", StringComparison.Ordinal));
        Assert.DoesNotContain(uses, use => Path.GetFileName(Path.GetDirectoryName(use.File)) != "Interop");
    }

    [Fact]
    public void The_library_asks_the_runtime_for_access_to_the_assemblies_of_the_list()
    {
        string[] sections = [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Interop", "InternalApi.txt"))
            .Where(line => line.StartsWith('[')).Select(line => line.Trim('[', ']'))];
        string[] asked = [.. Library.GetCustomAttributesData()
            .Where(attribute =>
                attribute.AttributeType.FullName == "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute")
            .Select(attribute => (string)attribute.ConstructorArguments[0].Value!)];
        Assert.Equal(sections.Order(), asked.Order());
    }
}
