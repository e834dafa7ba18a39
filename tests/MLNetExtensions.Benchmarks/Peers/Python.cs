using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using MLNetExtensions.Benchmarks.SideBySide;

namespace MLNetExtensions.Benchmarks.Peers;

/// <summary>Finds a Python interpreter that has NumPy, and starts Python/worker.py on it.</summary>
internal static class Python
{
    /// <summary>What Python/blas.py calls the slow one that Debian installs when no other is asked for.</summary>
    public const string ReferenceBlas = "reference BLAS";

    /// <summary>The environment variable that names the interpreter; without it every one in PATH is tried.</summary>
    private const string Variable = "MLNETEXT_PYTHON";

    private static readonly Lazy<string?> Interpreter = new(() => Candidates().FirstOrDefault(HasNumPy));

    /// <summary>How to start a worker whose libraries use so many threads.</summary>
    /// <exception cref="LibraryMissingException">No interpreter has NumPy.</exception>
    public static ProcessStartInfo Start(string workload, WorkloadFolder folder, int threads)
    {
        string python = Interpreter.Value ?? throw new LibraryMissingException(
            $"no python3 in PATH has NumPy; install it (Debian: python3-numpy) or name an interpreter in {Variable}");
        string script = Path.Combine(AppContext.BaseDirectory, "Python", "worker.py");
        ProcessStartInfo start = new(python, ["-B", script, workload, folder.FullName]);
        foreach (string variable in (string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"])
            start.Environment[variable] = threads.ToString(CultureInfo.InvariantCulture);
        // OpenBLAS is to choose the fastest kernels itself.
        foreach (string variable in (string[])["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"])
            start.Environment.Remove(variable);
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

    private static bool HasNumPy(string python)
    {
        try
        {
            ProcessStartInfo start = new(python, ["-c", "import numpy"]) { RedirectStandardError = true };
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
