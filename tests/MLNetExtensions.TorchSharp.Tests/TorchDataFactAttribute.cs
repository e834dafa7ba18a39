namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>A test that needs libtorch and the real data sets.</summary>
public sealed class TorchDataFactAttribute : FactAttribute
{
    private const string Variable = "MLNETEXT_DATA";

    public TorchDataFactAttribute(string folder)
    {
        Skip = TorchRequirement.SkipReason;
        if (Skip is null && !Directory.Exists(Find(folder)))
            Skip = $"Set {Variable} to a folder of data sets with {folder}.";
    }

    /// <summary>The place of a data set.</summary>
    public static string Find(string folder) => Path.Combine(Environment.GetEnvironmentVariable(Variable) ?? "", folder);
}
