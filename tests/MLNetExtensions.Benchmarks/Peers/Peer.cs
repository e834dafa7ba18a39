using System.Diagnostics;
using System.Globalization;
using MLNetExtensions.Benchmarks.Peers.Torch;
using MLNetExtensions.Benchmarks.SideBySide;

namespace MLNetExtensions.Benchmarks.Peers;

/// <summary>What one would pick instead. It works in a process of its own, since some of its settings are a process's, and its
/// threads, memory and crashes are then no concern of ours.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Start">How that process is started, for a workload of this name, with so many threads. It keeps to what <see
/// cref="PeerProcess"/> says.</param>
internal sealed record Peer(string Name, Func<string, WorkloadFolder, int, ProcessStartInfo> Start)
{
    /// <summary>The command of this program that works as a peer: LIBRARY WORKLOAD FOLDER THREADS.</summary>
    public const string Command = "peer";

    /// <summary>The environment variable with the settings of Linux's C library.</summary>
    public const string Tunables = "GLIBC_TUNABLES";

    /// <summary>libtorch allocates the tensors of each step anew. Linux's C library gives large ones back to the system, from
    /// where they come again page by page, which takes three quarters of a SimpleCnn step. This tells it to keep them.</summary>
    private const string KeepMemory = "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=8589934592";

    /// <summary>TorchSharp with its memory kept, the best that can be had of it.</summary>
    public static Peer TorchSharp { get; } = new("torchsharp", (workload, folder, threads) =>
    {
        ProcessStartInfo start = OwnProcess(TorchSharpPeer.Library, workload, folder, threads);
        if (OperatingSystem.IsLinux())
            start.Environment[Tunables] = KeepMemory;
        return start;
    });

    /// <summary>TorchSharp as it comes.</summary>
    public static Peer TorchSharpAsInstalled { get; } = new("torchsharp-as-installed", (workload, folder, threads) =>
    {
        ProcessStartInfo start = OwnProcess(TorchSharpPeer.Library, workload, folder, threads);
        start.Environment.Remove(Tunables);
        return start;
    });

    public static Peer OnnxRuntime { get; } = new("onnxruntime", (workload, folder, threads) =>
        OwnProcess(OnnxRuntimePeer.Library, workload, folder, threads));

    public static Peer NumPy { get; } = new("numpy", Python.Start);

    private static ProcessStartInfo OwnProcess(string library, string workload, WorkloadFolder folder, int threads) => new(
        Environment.ProcessPath!,
        [
            typeof(Peer).Assembly.Location, Command, library, workload, folder.FullName,
            threads.ToString(CultureInfo.InvariantCulture),
        ]);
}
