using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>Ours against something else, in one run on one machine.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Target">The ratio of our work per second to theirs that is wanted.</param>
/// <param name="Unit">What the work per second is counted in.</param>
/// <param name="Open">Makes both sides ready, for so many threads each.</param>
internal sealed record Comparison(
    string Name, double Target, string Unit, Func<PythonWorkers, int, (IContender Ours, IContender Theirs)> Open)
{
    private const int GemmSize = 1024;

    public static IReadOnlyList<Comparison> All { get; } =
    [
        Network("lenet5-training", "torch", 3.0),
        Network("lenet5-training", "numpy", 15.0),
        Network("simplecnn-training", "torch", 2.0),
        Network("simplecnn-training", "numpy", 1.0),
        Network("resnet18-training", "torch", 1.0),
        Network("mlp-training", "torch", 10.0),
        Network("vgg16-features", "torch", 1.0),
        Network("lenet5-row", "torch", 4.0),
        Network("mlp-row", "torch", 10.0),
        new("gemm-1024-of-peak", 0.85, "FLOP/s", (_, _) => (Gemm(threads: 1), FmaPeak.Create())),
        new("gemm-1024-two-threads", 1.8, "FLOP/s", (_, _) => (Gemm(threads: 2), Gemm(threads: 1))),
    ];

    private static GemmContender Gemm(int threads) => new(GemmSize, threads);

    private static Comparison Network(string workload, string library, double target) =>
        new($"{workload}-{library}", target, "steps/s", (workers, threads) =>
        {
            PythonWorker worker = workers.Get(library);
            NetworkWorkload ours = Workloads.Create(workload, new ManagedEngine(threads));
            return (ours, worker.Prepare(ours));
        });
}
