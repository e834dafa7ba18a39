using System.Diagnostics;
using System.Globalization;
using MLNetExtensions.Benchmarks.SideBySide;
using MLNetExtensions.Networks;

namespace MLNetExtensions.Benchmarks.Peers;

/// <summary>
/// A peer at a workload, seen from here. When its process has done the first steps and saved what they lead to, it says one line:
/// <c>ready NAME VERSION</c>. Each line of input is a number of seconds, to go on for; it answers with the steps per second, and
/// sleeps in between. <c>missing REASON</c> and <c>error MESSAGE</c> end it, as does the end of its input.
/// </summary>
internal sealed class PeerProcess : IContender
{
    public const string Ready = "ready", Missing = "missing", Error = "error";

    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("mlnetextensions-benchmarks-");
    private readonly Process? _process;

    /// <summary>Starts a peer on a workload and checks that its first steps lead where ours did.</summary>
    /// <exception cref="LibraryMissingException">The library is not installed, or does not run here.</exception>
    /// <exception cref="InvalidOperationException">The two sides compute different things. Or the peer failed.</exception>
    public PeerProcess(Peer peer, string name, NetworkWorkload workload, NetworkWeights result, int threads)
    {
        try
        {
            WorkloadFolder folder = new(_temporary.FullName);
            workload.Save(folder);
            ProcessStartInfo start = peer.Start(name, folder, threads);
            start.RedirectStandardInput = start.RedirectStandardOutput = true;
            _process = Process.Start(start)!;
            Name = $"{Answer(peer.Name)}, {threads} thread{(threads == 1 ? "" : "s")}";
            NetworkWeights theirs = SafeTensors.Load(folder.Result).Weights;
            Agreement.Check(name, workload.InitialWeights, result, theirs);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    public double Measure(double seconds)
    {
        _process!.StandardInput.WriteLine(seconds.ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Flush();
        return double.Parse(Answer(Name), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
            _process.Dispose();
        }
        _temporary.Delete(recursive: true);
    }

    private string Answer(string peer)
    {
        string answer = _process!.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"{peer} ended early; see its message above.");
        string[] parts = answer.Split(' ', 2);
        return parts[0] switch
        {
            Ready => parts[1],
            Missing => throw new LibraryMissingException(parts[1]),
            Error => throw new InvalidOperationException($"{peer} failed: {parts[1]}"),
            _ => answer,
        };
    }
}
