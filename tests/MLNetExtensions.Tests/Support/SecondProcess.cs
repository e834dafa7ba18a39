using System.Diagnostics;
using Microsoft.ML;

namespace MLNetExtensions.Tests;

/// <summary>Scores models in another process, in which nothing of this library was registered or used before.</summary>
internal static class SecondProcess
{
    public static Points Points { get; } = new(3, 40);

    /// <summary>For each model the bits of what it says by Transform and by PredictionEngine, a line each.</summary>
    public static IEnumerable<string> Score(IEnumerable<string> modelPaths)
    {
        foreach (string path in modelPaths)
        {
            MLContext ml = new();
            ITransformer model = ml.Model.Load(path, out _);
            yield return Values.Bits(Predictions.ByTransform(model, Points));
            yield return Values.Bits(Predictions.ByEngine(ml, model, Points));
        }
    }

    /// <summary>How this program is started in a new process, whose output is to be read.</summary>
    public static ProcessStartInfo StartInfo(IEnumerable<string> arguments) =>
        new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(SecondProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
        };

    /// <summary><see cref="Score"/> in a new process.</summary>
    public static string[] Run(IEnumerable<string> modelPaths)
    {
        ProcessStartInfo start = StartInfo(modelPaths);
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
