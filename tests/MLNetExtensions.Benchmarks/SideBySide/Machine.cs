using System.Runtime.InteropServices;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>What a measurement was made on.</summary>
internal static class Machine
{
    private const string LinuxProcessors = "/proc/cpuinfo";

    /// <summary>The processor's model, as far as the system tells it.</summary>
    public static string Processor { get; } =
        (File.Exists(LinuxProcessors) ? File.ReadLines(LinuxProcessors) : [])
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
        ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
        ?? RuntimeInformation.ProcessArchitecture.ToString();

    public static int Cores => Environment.ProcessorCount;

    public static string Vectors => SimdLevels.Best.ToString();

    public static string System => RuntimeInformation.OSDescription;

    public static string Runtime => RuntimeInformation.FrameworkDescription;
}
