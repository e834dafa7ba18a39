using System.Globalization;
using MLNetExtensions.Benchmarks.Peers.Torch;
using MLNetExtensions.Benchmarks.SideBySide;
using MLNetExtensions.Networks;

namespace MLNetExtensions.Benchmarks.Peers;

/// <summary>This program as a peer's process: the other end of <see cref="PeerProcess"/>.</summary>
internal static class PeerWorker
{
    /// <summary>Works until the input ends.</summary>
    public static void Run(string library, string workload, WorkloadFolder folder, int threads)
    {
        // A library may have more to say, which is not for the other end.
        TextWriter answers = Console.Out;
        Console.SetOut(Console.Error);
        try
        {
            using WorkloadContender contender = library switch
            {
                TorchSharpPeer.Library => TorchSharpPeer.Create(workload, folder, threads),
                OnnxRuntimePeer.Library => new OnnxRuntimePeer(folder, threads),
                _ => throw new ArgumentException($"There is no library '{library}'.", nameof(library)),
            };
            SafeTensors.Save(folder.Result, contender.FirstSteps());
            answers.WriteLine($"{PeerProcess.Ready} {contender.Name}");
            while (Console.ReadLine() is { } seconds)
                answers.WriteLine(contender.Measure(double.Parse(seconds, CultureInfo.InvariantCulture))
                    .ToString(CultureInfo.InvariantCulture));
        }
        catch (LibraryMissingException e)
        {
            answers.WriteLine($"{PeerProcess.Missing} {OneLine(e.Message)}");
        }
        catch (Exception e)
        {
            answers.WriteLine($"{PeerProcess.Error} {e.GetType().Name}: {OneLine(e.Message)}");
        }
    }

    private static string OneLine(string message) =>
        string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
