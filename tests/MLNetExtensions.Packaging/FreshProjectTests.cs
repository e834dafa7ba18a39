using System.Globalization;
using System.Text.RegularExpressions;
using Samples.Diabetes;

namespace MLNetExtensions.Packaging;

/// <summary>What a newcomer does: a new console project, the packages, the first example of the README.</summary>
[Collection(nameof(PackagesCollection))]
public sealed partial class FreshProjectTests(PackedPackages packages)
{
    // The project that trains has the package that the README names, the one that scores all of them beside each other.
    private const string Trains = "Trains", Scores = "Scores";

    private const string ScoresProgram =
        """
        using Microsoft.ML;

        MLContext ml = new();
        ITransformer loaded = ml.Model.Load("diabetes.zip", out _);
        Bits.Print(loaded.Transform(ml.Data.LoadFromTextFile<Patient>("diabetes.csv", separatorChar: ',', hasHeader: true)));
        """;

    private const string BitsClass =
        """
        using Microsoft.ML;
        using Microsoft.ML.Data;

        static class Bits
        {
            public static void Print(IDataView scored) => System.Console.WriteLine("scores " + string.Join(' ',
                scored.GetColumn<float>("Score").Select(BitConverter.SingleToInt32Bits)));
        }
        """;

    [Fact]
    public void The_first_example_of_the_README_runs_and_another_process_loads_what_it_saved()
    {
        using TempFolder folder = new();
        string root = folder.File("fresh");
        Directory.CreateDirectory(root);
        File.WriteAllText(Path.Combine(root, "nuget.config"), NuGetConfig());
        WriteProject(
            root, Trains, [packages.All["MLNetExtensions"]], ReadmeCode.Blocks[0] + "Bits.Print(model.Transform(data));\n");
        WriteProject(root, Scores, packages.All.Values, ScoresProgram);
        File.WriteAllText(
            Path.Combine(root, "Fresh.slnx"),
            $"<Solution><Project Path=\"{Trains}/{Trains}.csproj\" /><Project Path=\"{Scores}/{Scores}.csproj\" /></Solution>");
        SyntheticPatients.Write(Path.Combine(root, "diabetes.csv"));

        DotNet.Run(root, "build", "Fresh.slnx", "-tl:off");
        Assert.All(packages.All.Keys, id => Assert.True(Directory.Exists(Path.Combine(root, "packages", id.ToLowerInvariant()))));
        string trained = DotNet.Run(root, "exec", Assembly(Trains));
        string loaded = DotNet.Run(root, "exec", Assembly(Scores));

        Assert.InRange(double.Parse(RocAuc().Match(trained).Groups["auc"].Value, CultureInfo.InvariantCulture), 0.75, 1);
        Assert.Equal(ScoresIn(trained), ScoresIn(loaded));
        Assert.True(ScoresIn(trained).Split(' ').Distinct().Count() > 700);
    }

    private static void WriteProject(string root, string name, IEnumerable<PackageFile> packages, string program)
    {
        string folder = Path.Combine(root, name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        File.WriteAllText(Path.Combine(folder, "Patient.cs"), ReadmeCode.Blocks[1]);
        File.WriteAllText(Path.Combine(folder, "Bits.cs"), BitsClass);
        File.WriteAllText(
            Path.Combine(folder, $"{name}.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesPath>$(MSBuildProjectDirectory)/../packages</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(packages.Select(Reference))}
              </ItemGroup>
            </Project>
            """);
    }

    private static string Reference(PackageFile package) =>
        $"<PackageReference Include=\"{package.Id}\" Version=\"{package.Version}\" />";

    /// <summary>The source has our packages; what they depend on is where the build that made the tests has it.</summary>
    private string NuGetConfig() =>
        $"""
        <configuration>
          <packageSources><clear /><add key="packed" value="{packages.Folder}" /></packageSources>
          <fallbackPackageFolders>
            {string.Concat(BuildInfo.PackageFolders.Select((path, i) => $"<add key=\"{i}\" value=\"{path}\" />"))}
          </fallbackPackageFolders>
        </configuration>
        """;

    private static string Assembly(string project) => Path.Combine(project, "bin", "Debug", "net10.0", $"{project}.dll");

    private static string ScoresIn(string output) =>
        output.Split('\n').Single(line => line.StartsWith("scores ", StringComparison.Ordinal)).TrimEnd();

    [GeneratedRegex(@"ROC-AUC (?<auc>0\.\d{3})")]
    private static partial Regex RocAuc();
}
