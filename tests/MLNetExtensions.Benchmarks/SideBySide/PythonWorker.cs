using System.Diagnostics;
using System.Globalization;
using MLNetExtensions.Networks;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>A Python process that runs workloads of one library (Python/worker.py) and sleeps in between.</summary>
internal sealed class PythonWorker : IDisposable
{
    /// <summary>What Python/blas.py calls the slow one that Debian installs when no other is asked for.</summary>
    public const string ReferenceBlas = "reference BLAS";

    private const string Error = "error ";

    private readonly Process _process;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlnetextensions-benchmarks-");

    public PythonWorker(string python, string library, int threads)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Python", "worker.py");
        _process = Process.Start(Python.Start(python, threads, "-B", script, library, threads.ToString(), _folder.FullName))!;
        Library = Answer();
    }

    /// <summary>The library, its version and the BLAS library below it.</summary>
    public string Library { get; }

    /// <summary>Makes the worker ready for a workload and checks that its first steps lead where ours do.</summary>
    /// <exception cref="InvalidOperationException">They don't: the two sides compute different things. Or the worker
    /// failed.</exception>
    public IContender Prepare(NetworkWorkload workload)
    {
        string path = Path.Combine(_folder.FullName, workload.Workload);
        SafeTensors.Save($"{path}.in.safetensors", workload.Inputs());
        Ask($"prepare {workload.Workload}");
        NetworkWeights theirs = SafeTensors.Load($"{path}.out.safetensors").Weights;
        Agreement.Check(workload.Workload, workload.InitialWeights, workload.FirstSteps(), theirs);
        return new Contender(this, workload.Workload);
    }

    public void Dispose()
    {
        // The worker ends with its input.
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        string answer = Answer();
        return answer.StartsWith(Error, StringComparison.Ordinal)
            ? throw new InvalidOperationException($"{Library} failed to {command}: {answer[Error.Length..]}")
            : answer;
    }

    private string Answer() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException("The Python worker ended early; see its message above.");

    private sealed class Contender(PythonWorker worker, string workload) : IContender
    {
        public string Name => worker.Library;

        public double Measure(double seconds) => double.Parse(
            worker.Ask(string.Create(CultureInfo.InvariantCulture, $"run {workload} {seconds}")), CultureInfo.InvariantCulture);

        public void Dispose()
        {
        }
    }
}
