using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace MLNetExtensions.CudaKit;

/// <summary>Runs the tests of the TorchSharp engine within this process: where the kit goes, there is no SDK.</summary>
internal static class TestRun
{
    private const string Tests = "MLNetExtensions.TorchSharp.Tests";

    /// <summary>Runs the tests with <paramref name="filter"/> in their name.</summary>
    /// <returns>The exit code: 0, or 1 when a test failed or none was run.</returns>
    public static int Run(string filter, ResultFile results)
    {
        Assembly assembly = Assembly.Load(Tests);
        using TestProgress progress = new();
        using XunitTestFramework framework = new(progress);
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        TestOptions options = new();
        discoverer.Find(includeSourceInformation: false, progress, options);
        progress.Wait();
        ITestCase[] chosen =
            [.. progress.Found.Where(test => test.DisplayName.Contains(filter, StringComparison.OrdinalIgnoreCase))];
        using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
        executor.RunTests(chosen, progress, options);
        progress.Wait();
        results.Add("parity tests", $"{progress.Passed} passed, {progress.Failed} failed, {progress.Skipped} skipped");
        return progress.Failed == 0 && progress.Passed > 0 ? 0 : 1;
    }
}
