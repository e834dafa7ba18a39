namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>One worker a library, started when it is first needed.</summary>
internal sealed class PythonWorkers(int threads) : IDisposable
{
    private readonly Dictionary<string, PythonWorker?> _workers = [];

    /// <summary>The worker of <c>torch</c> or <c>numpy</c>.</summary>
    /// <exception cref="LibraryMissingException">No interpreter has the library.</exception>
    public PythonWorker Get(string library)
    {
        if (!_workers.TryGetValue(library, out PythonWorker? worker))
            _workers[library] = worker = Python.Find(library) is { } python ? new(python, library, threads) : null;
        return worker ?? throw new LibraryMissingException(
            $"no python3 in PATH has {library}; install it (Debian: python3-{library}) or name an " +
            $"interpreter in {Python.Variable}");
    }

    public void Dispose()
    {
        foreach (PythonWorker? worker in _workers.Values)
            worker?.Dispose();
    }
}

/// <summary>What a comparison is with is not installed here.</summary>
internal sealed class LibraryMissingException(string message) : Exception(message);
