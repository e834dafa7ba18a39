using System.Reflection;

namespace MLNetExtensions.Packaging;

/// <summary>What the build that made these tests knows.</summary>
internal static class BuildInfo
{
    /// <summary>The root of the checkout.</summary>
    public static string Repository => Metadata("Repository");

    /// <summary>Whether AutoML's package is there, without which ours is not packed.</summary>
    public static bool HasAutoML => Metadata("AutoMLPackage") == "nuget";

    /// <summary>The folders in which NuGet keeps packages.</summary>
    public static string[] PackageFolders => Metadata("PackageFolders").Split(';');

    public static string Configuration => Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static Assembly Assembly => typeof(BuildInfo).Assembly;

    private static string Metadata(string key) =>
        Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
