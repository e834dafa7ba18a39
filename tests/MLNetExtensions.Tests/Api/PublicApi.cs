using System.Reflection;
using System.Runtime.CompilerServices;
using MLNetExtensions.Conformance;

namespace MLNetExtensions.Tests.Api;

/// <summary>Compares the public API of a package with the one recorded beside the test.</summary>
internal static class PublicApi
{
    private const string RecordVariable = "MLNETEXT_RECORD_API";

    public static void Compare(Assembly assembly, [CallerFilePath] string source = "")
    {
        string folder = Path.GetDirectoryName(source)!, project = Path.GetFileName(Path.GetDirectoryName(folder)!);
        string name = $"{assembly.GetName().Name}.txt";
        string[] actual = [.. assembly.GetExportedTypes().OrderBy(ApiFormat.Name, StringComparer.Ordinal).SelectMany(Describe)];
        if (Environment.GetEnvironmentVariable(RecordVariable) == "1")
            File.WriteAllLines(Path.Combine(folder, name), actual);

        string recordedPath = Path.Combine(AppContext.BaseDirectory, "Api", name);
        string[] recorded = File.Exists(recordedPath) ? File.ReadAllLines(recordedPath) : [];
        string[] changes =
            [.. recorded.Except(actual).Select(line => $"- {line}"), .. actual.Except(recorded).Select(line => $"+ {line}")];
        Assert.True(
            changes.Length == 0 && recorded.SequenceEqual(actual),
            $"The public API of {assembly.GetName().Name} is not the recorded one. If that is meant, record it:\n" +
            $"  {RecordVariable}=1 dotnet test tests/{project} --filter PublicApiTests\n" +
            $"(then build again).\n{string.Join('\n', changes)}");
    }

    /// <summary>A type and its members, each line with the full name of the type, so that the lines of two types don't get mixed
    /// up.</summary>
    private static IEnumerable<string> Describe(Type type)
    {
        yield return ApiFormat.Header(type);
        foreach (string member in ApiFormat.Members(type, withGenerated: false))
            yield return $"    {ApiFormat.Name(type)}: {member}";
    }
}
