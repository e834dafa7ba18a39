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
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        WithArtifactsPath(Path.Combine("artifacts", "kernels"));
    }
}
