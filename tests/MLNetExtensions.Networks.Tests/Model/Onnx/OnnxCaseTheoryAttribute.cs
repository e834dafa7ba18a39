using Xunit;

namespace MLNetExtensions.Networks.Tests.Onnx;

/// <summary>A test for each ONNX case of the data sets, skipped where there are none.</summary>
internal sealed class OnnxCaseTheoryAttribute : TheoryAttribute
{
    private const string Variable = "MLNETEXT_DATA";

    public OnnxCaseTheoryAttribute()
    {
        if (!Directory.Exists(Folder))
            Skip = $"Set {Variable} to a folder of data sets with onnx.";
    }

    /// <summary>The folder of cases.</summary>
    public static string Folder => Path.Combine(Environment.GetEnvironmentVariable(Variable) ?? "", "onnx");
}
