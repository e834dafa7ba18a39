using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>Measures in this process: nothing is built anew, and the kernels' threads are those of one process.</summary>
internal sealed class KernelConfig : ManualConfig
{
    public KernelConfig()
    {
        Add(DefaultConfig.Instance);
        // The default, so that options like --iterationCount change it instead of adding another job.
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).AsDefault());
        WithArtifactsPath(Path.Combine("artifacts", "kernels"));
    }
}
