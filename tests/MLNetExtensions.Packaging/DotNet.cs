using System.Diagnostics;

namespace MLNetExtensions.Packaging;

/// <summary>Runs dotnet, which must succeed.</summary>
internal static class DotNet
{
    /// <summary>What it writes to its standard output.</summary>
    public static string Run(string folder, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DOTNET_CLI_UI_LANGUAGE"] = "en",
                ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
                // A process that stays behind would keep the output open.
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["UseSharedCompilation"] = "false",
            },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', start.ArgumentList)}\n{output}{errors.Result}");
        return output;
    }
}
