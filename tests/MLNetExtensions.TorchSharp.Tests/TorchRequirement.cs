using System.Reflection;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>When tests may go without libtorch. One that does not load for another reason fails them, and so does any where a
/// device is asked for.</summary>
internal static class TorchRequirement
{
    /// <summary>Why tests that need libtorch are skipped; null when they run.</summary>
    public static string? SkipReason { get; } = FindSkipReason();

    private static string? FindSkipReason()
    {
        if (TestDevice.IsGiven)
            return null;
        string bundle = typeof(TorchRequirement).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "TorchSharpBundle").Value!;
        if (bundle == "none")
        {
            // TorchSharp would take one out of NuGet's cache, and copy it beside the tests.
            Environment.SetEnvironmentVariable("NUGET_PACKAGES", AppContext.BaseDirectory);
            return "The tests were built without libtorch (TorchSharpBundle is none).";
        }
        return Libtorch.LoadError is { } error && Libtorch.TooNewFor(error) is { } version
            ? $"libtorch wants {version} of the system's libraries: Debian 13, Ubuntu 24.04 or newer."
            : null;
    }
}
