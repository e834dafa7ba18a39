namespace MLNetExtensions.Networks.Training;

/// <summary>What engines offer besides, in terms of <see cref="INetworkEngine"/>.</summary>
public static class NetworkEngineExtensions
{
    /// <summary>The only session of a network: it scores up to <paramref name="maxBatchSize"/> examples at a time, and lets go of
    /// the weights when it is disposed. For more sessions of one network see <see cref="INetworkEngine.Compile"/>.</summary>
    /// <exception cref="NotSupportedException">The engine lacks a layer; the message names it.</exception>
    public static IInferenceSession CreateInferenceSession(this INetworkEngine engine, NetworkModel model, int maxBatchSize)
    {
        ArgumentNullException.ThrowIfNull(engine);
        using ICompiledNetwork network = engine.Compile(model);
        return network.CreateSession(maxBatchSize);
    }
}
