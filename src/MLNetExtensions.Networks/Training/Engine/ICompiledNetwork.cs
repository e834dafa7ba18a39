namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A trained network made ready to score: its weights, laid out as the engine wants them, once for all sessions. Thread-safe and
/// unchanging. Weights may be read where the model has them: a model is not to be written to while it is scored with.
/// </summary>
/// <remarks>Disposing it lets go of the weights as soon as the last of its sessions is disposed.</remarks>
public interface ICompiledNetwork : IDisposable
{
    /// <summary>A session that scores up to <paramref name="maxBatchSize"/> examples at a time; it holds no weights, only what
    /// the layers compute.</summary>
    /// <exception cref="NotSupportedException">The engine lacks a layer; the message names it.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    IInferenceSession CreateSession(int maxBatchSize);
}
