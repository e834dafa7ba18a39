using MLNetExtensions.Benchmarks.Peers;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>Ours against something else, in one run on one machine.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Target">The ratio of our work per second to theirs that is wanted.</param>
/// <param name="Unit">What the work per second is counted in.</param>
/// <param name="Open">Makes both sides ready, for up to so many threads each. Theirs comes with every number of threads that may
/// be its fastest; only the fastest is compared.</param>
internal sealed record Comparison(
    string Name, double Target, string Unit, Func<int, (IContender Ours, IReadOnlyList<IContender> Theirs)> Open)
{
    private const int GemmSize = 1024;

    public static IReadOnlyList<Comparison> All { get; } =
    [
        Network("lenet5-training", Peer.TorchSharp, 3.96, small: true),
        Network("lenet5-training", Peer.TorchSharpAsInstalled, 3.96, small: true),
        Network("lenet5-training", Peer.NumPy, 15.0, small: true),
        Network("simplecnn-training", Peer.TorchSharp, 2.25),
        Network("simplecnn-training", Peer.TorchSharpAsInstalled, 8.46),
        Network("simplecnn-training", Peer.NumPy, 1.0),
        Network("resnet18-training", Peer.TorchSharp, 1.89),
        Network("resnet18-training", Peer.TorchSharpAsInstalled, 1.89),
        Network("mlp-training", Peer.TorchSharp, 16.2, small: true),
        Network("mlp-training", Peer.TorchSharpAsInstalled, 16.2, small: true),
        Network("lstm-training", Peer.TorchSharp, 1.5),
        Network("lstm-training", Peer.TorchSharpAsInstalled, 1.5),
        Network("lm-training", Peer.TorchSharp, 1.5),
        Network("lm-training", Peer.TorchSharpAsInstalled, 1.5),
        Network("textcnn-training", Peer.TorchSharp, 3.0),
        Network("textcnn-training", Peer.TorchSharpAsInstalled, 3.0),
        Network("vgg16-features", Peer.OnnxRuntime, 1.89),
        Network("vgg16-features", Peer.TorchSharp, 1.0),
        Network("resnet18-image", Peer.OnnxRuntime, 1.08),
        Network("resnet50-image", Peer.OnnxRuntime, 1.2),
        Network("mobilenetv2-image", Peer.OnnxRuntime, 1.2),
        Network("lenet5-row", Peer.OnnxRuntime, 1.62, small: true),
        Network("lenet5-row", Peer.TorchSharp, 4.0, small: true),
        Network("lenet5-b256", Peer.OnnxRuntime, 2.52, small: true),
        Network("encoder-row", Peer.OnnxRuntime, 1.2, small: true),
        Network("mlp-row", Peer.OnnxRuntime, 8.01, small: true),
        Network("mlp-row", Peer.TorchSharp, 10.0, small: true),
        new("gemm-1024-of-peak", 0.85, "FLOP/s", _ => (Gemm(threads: 1), [FmaPeak.Create()])),
        new("gemm-1024-two-threads", 1.8, "FLOP/s", _ => (Gemm(threads: 2), [Gemm(threads: 1)])),
    ];

    private static GemmContender Gemm(int threads) => new(GemmSize, threads);

    /// <param name="small">Whether the peer may be faster on one thread: the steps of a small network are over before a second
    /// one has started.</param>
    private static Comparison Network(string workload, Peer peer, double target, bool small = false) =>
        new($"{workload}-{peer.Name}", target, "steps/s", threads =>
        {
            NetworkWorkload ours = Workloads.Create(workload, new ManagedEngine(threads));
            List<PeerProcess> theirs = [];
            try
            {
                NetworkWeights result = ours.FirstSteps();
                foreach (int count in small && threads > 1 ? (int[])[1, threads] : [threads])
                    theirs.Add(new(peer, workload, ours, result, count));
                return (ours, theirs);
            }
            catch
            {
                foreach (IContender contender in (IContender[])[ours, .. theirs])
                    contender.Dispose();
                throw;
            }
        });
}
