using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Reporting.Evaluation;

/// <summary>What a run depends on besides its options and data.</summary>
internal static class RunEnvironment
{
    public static IReadOnlyList<(string Name, string Value)> Read() =>
    [
        ("MLNetExtensions", VersionOf(typeof(NeuralNetworkCatalog))),
        ("Microsoft.ML", VersionOf(typeof(MLContext))),
        ("Engine", ManagedEngine.Default.Name),
        (".NET", RuntimeInformation.FrameworkDescription),
        ("System", RuntimeInformation.OSDescription),
        ("Processors", $"{Environment.ProcessorCount} × {RuntimeInformation.ProcessArchitecture}"),
        ("Memory", FormattableString.Invariant($"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30):F1} GiB")),
    ];

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? type.Assembly.GetName().Version!.ToString();
}
