namespace MLNetExtensions.Packaging;

/// <summary>What is in the packages.</summary>
[Collection(nameof(PackagesCollection))]
public sealed class PackageContentTests(PackedPackages packages)
{
    [Fact]
    public void There_is_one_for_every_project_of_src_but_AutoML_only_where_AutoML_is()
    {
        string[] folders = Directory.GetDirectories(Path.Combine(BuildInfo.Repository, "src"), "MLNetExtensions*");
        string[] expected =
            [.. folders.Select(Path.GetFileName).Where(name => name != "MLNetExtensions.AutoML" || BuildInfo.HasAutoML).Order()!];
        Assert.Equal(expected, packages.All.Keys.Order());
        Assert.Equal(expected, packages.Symbols.Keys.Order());
    }

    [Fact]
    public void They_have_the_assembly_its_documentation_its_symbols_a_readme_and_an_icon()
    {
        foreach ((string id, PackageFile package) in packages.All)
        {
            Assert.Equal(
                [$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"],
                package.Entries.Keys.Where(path => path.StartsWith("lib/", StringComparison.Ordinal)).Order());
            Assert.StartsWith($"# {id}\n", package.Entries["README.md"].ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.Equal("README.md", package.Metadata("readme")?.Value);
            Assert.Contains("icon.png", package.Entries.Keys);
            Assert.Equal("icon.png", package.Metadata("icon")?.Value);
            Assert.Contains($"lib/net10.0/{id}.pdb", packages.Symbols[id].Entries.Keys);
        }
    }

    [Fact]
    public void They_say_what_they_are_by_whom_and_under_which_licence()
    {
        foreach (PackageFile package in packages.All.Values)
        {
            Assert.Equal("MIT", package.Metadata("license")?.Value);
            Assert.Equal("The MLNetExtensions developers", package.Metadata("authors")?.Value);
            Assert.Contains("neural network", package.Metadata("description")?.Value, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("neural-network", package.Metadata("tags")?.Value);
        }
    }

    [Fact]
    public void They_do_not_name_a_folder_of_the_machine_that_made_them()
    {
        string folder = BuildInfo.Repository.TrimEnd('/', '\\');
        foreach (PackageFile package in packages.All.Values)
            Assert.DoesNotContain(folder, package.Entries[$"{package.Id}.nuspec"], StringComparison.Ordinal);
    }

    [Fact]
    public void Libtorch_comes_with_none_of_them()
    {
        Assert.Contains("Microsoft.ML", packages.All["MLNetExtensions"].Dependencies);
        Assert.Contains("TorchSharp", packages.All["MLNetExtensions.Networks.TorchSharp"].Dependencies);
        Assert.DoesNotContain("Microsoft.ML", packages.All["MLNetExtensions.Networks.TorchSharp"].Dependencies);
        Assert.DoesNotContain(
            packages.All.Values.SelectMany(package => package.Dependencies),
            id => id.StartsWith("libtorch", StringComparison.Ordinal) || id.StartsWith("TorchSharp-", StringComparison.Ordinal));
    }
}
