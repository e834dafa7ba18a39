using System.Collections.Concurrent;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The engine written from scratch in C#: no native library, results that depend neither on the number of threads nor on anything
/// but weights, data and seed, for a given instruction set.
/// </summary>
public sealed class ManagedEngine : INetworkEngine
{
    /// <summary>Threads are few and idle threads cost nothing, so engines with as many of them share them.</summary>
    private static readonly ConcurrentDictionary<int, Lazy<WorkerPool>> Pools = new();

    /// <summary>The engine on all processors with the widest vectors, for callers that have no wishes.</summary>
    public static ManagedEngine Default { get; } = new();

    private readonly SimdLevel _level;
    private readonly WorkerPool _pool;

    /// <summary>An engine.</summary>
    /// <param name="threads">The number of threads; 0 (the default) means one a processor.</param>
    /// <param name="simdLevel">The vector instructions; null (the default) means the widest that the processor has.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is negative.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks these instructions.</exception>
    public ManagedEngine(int threads = 0, SimdLevel? simdLevel = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        _level = simdLevel ?? SimdLevels.Best;
        if (!SimdLevels.Supported.Contains(_level))
            throw new PlatformNotSupportedException(
                $"This processor has no {_level} instructions; it has {string.Join(", ", SimdLevels.Supported)}.");
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        _pool = Pools.GetOrAdd(Threads, static count => new(() => new(count))).Value;
    }

    /// <summary>The number of threads that share the work of a session.</summary>
    public int Threads { get; }

    /// <inheritdoc/>
    public string Name => $"managed ({_level}, {Threads} thread{(Threads == 1 ? "" : "s")})";

    /// <inheritdoc/>
    public string Arithmetic => $"managed ({_level})";

    /// <inheritdoc/>
    public ITrainingSession CreateTrainingSession(NetworkDefinition network, NetworkWeights weights,
        TrainingSessionOptions options) =>
        new ManagedTrainingSession<float>(network, weights, options, new(_level, _pool));

    /// <inheritdoc/>
    public ICompiledNetwork Compile(NetworkModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ManagedCompiledNetwork<float>(model, _level, _pool);
    }
}
