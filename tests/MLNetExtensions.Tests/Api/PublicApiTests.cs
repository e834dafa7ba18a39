using System.Reflection;
using System.Runtime.CompilerServices;
using MLNetExtensions.Conformance;
using MLNetExtensions.Networks;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Api;

/// <summary>The public API of each package is recorded beside this file, so that no change of it goes unseen.</summary>
public sealed class PublicApiTests
{
    private const string RecordVariable = "MLNETEXT_RECORD_API";

    [Fact]
    public void Of_MLNetExtensions() => Compare(typeof(NeuralNetworkTransformer).Assembly);

    [Fact]
    public void Of_MLNetExtensions_Networks() => Compare(typeof(NetworkDefinition).Assembly);

    private static void Compare(Assembly assembly, [CallerFilePath] string source = "")
    {
        string name = $"{assembly.GetName().Name}.txt";
        string[] actual = [.. assembly.GetExportedTypes().OrderBy(ApiFormat.Name, StringComparer.Ordinal).SelectMany(Describe)];
        if (Environment.GetEnvironmentVariable(RecordVariable) == "1")
            File.WriteAllLines(Path.Combine(Path.GetDirectoryName(source)!, name), actual);

        string recordedPath = Path.Combine(AppContext.BaseDirectory, "Api", name);
        string[] recorded = File.Exists(recordedPath) ? File.ReadAllLines(recordedPath) : [];
        string[] changes =
            [.. recorded.Except(actual).Select(line => $"- {line}"), .. actual.Except(recorded).Select(line => $"+ {line}")];
        Assert.True(
            changes.Length == 0 && recorded.SequenceEqual(actual),
            $"The public API of {assembly.GetName().Name} is not the recorded one. If that is meant, record it:\n" +
            $"  {RecordVariable}=1 dotnet test tests/MLNetExtensions.Tests --filter PublicApiTests\n" +
            $"(then build again).\n{string.Join('\n', changes)}");
    }

    /// <summary>A type and its members, each line with the full name of the type, so that the lines of two types don't get mixed
    /// up.</summary>
    private static IEnumerable<string> Describe(Type type)
    {
        yield return ApiFormat.Header(type);
        foreach (string member in ApiFormat.Members(type).Where(member => !member.Contains("<Clone>$")))
            yield return $"    {ApiFormat.Name(type)}: {member}";
    }
}
