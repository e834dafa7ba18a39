namespace MLNetExtensions.Tests;

/// <summary>A test on real data: the folder in the environment variable MLNETEXT_DATA, without which it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealDataFactAttribute : FactAttribute
{
    private const string Variable = "MLNETEXT_DATA";

    public RealDataFactAttribute(params string[] files)
    {
        if (Folder is null)
            Skip = $"The environment variable {Variable} names no folder of data sets.";
        else if (files.FirstOrDefault(file => !File.Exists(PathOf(file))) is string missing)
            Skip = $"The folder of {Variable} has no {missing}.";
    }

    private static string? Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;

    public static string PathOf(string file) => Path.Combine(Folder!, file);
}
