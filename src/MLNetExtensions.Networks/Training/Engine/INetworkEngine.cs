namespace MLNetExtensions.Networks.Training;

/// <summary>Executes networks. The training loop, early stopping, schedules and so on are written once, on top of this.</summary>
public interface INetworkEngine
{
    /// <summary>The name in messages: <c>managed (AVX-512, 2 threads)</c>.</summary>
    string Name { get; }

    /// <summary>What decides the last bits of its results: the engine, its instructions or device, its precision. Two engines of
    /// the same arithmetic give the same bits; the number of threads is no part of it where results don't depend on it.</summary>
    string Arithmetic { get; }

    /// <summary>A session that trains <paramref name="network"/>, starting from a copy of <paramref name="weights"/>.</summary>
    /// <exception cref="NotSupportedException">The engine lacks a layer, loss or optimiser; the message names it.</exception>
    ITrainingSession CreateTrainingSession(NetworkDefinition network, NetworkWeights weights, TrainingSessionOptions options);

    /// <summary>Makes a trained network ready to score.</summary>
    /// <exception cref="NotSupportedException">The engine lacks a layer; the message names it.</exception>
    ICompiledNetwork Compile(NetworkModel model);
}
