using System.ComponentModel;
using System.Diagnostics;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>Finds Python interpreters and starts them.</summary>
internal static class Python
{
    /// <summary>The environment variable that names the interpreter; without it every one in PATH is tried.</summary>
    public const string Variable = "MLNETEXT_PYTHON";

    /// <summary>The first interpreter that can import a package; null when there is none.</summary>
    public static string? Find(string package) => Candidates().FirstOrDefault(python => CanImport(python, package));

    /// <summary>How to start an interpreter whose libraries use so many threads.</summary>
    public static ProcessStartInfo Start(string python, int threads, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string variable in (string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"])
            start.Environment[variable] = threads.ToString();
        // OpenBLAS is to choose the fastest kernels itself.
        start.Environment.Remove("OPENBLAS_CORETYPE");
        return start;
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return [named];
        string name = OperatingSystem.IsWindows() ? "python.exe" : "python3";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .Where(File.Exists);
    }

    private static bool CanImport(string python, string package)
    {
        ProcessStartInfo start = Start(python, threads: 1, "-c", $"import {package}, numpy");
        start.RedirectStandardError = true;
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
