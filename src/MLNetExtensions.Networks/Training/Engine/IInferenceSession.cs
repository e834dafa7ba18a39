namespace MLNetExtensions.Networks.Training;

/// <summary>A trained network ready to score. Not thread-safe; make one a thread.</summary>
public interface IInferenceSession : IDisposable
{
    /// <summary>The outputs, row-major [count×output shape]. Allocates nothing.</summary>
    /// <param name="features">The inputs, row-major [count×input shape].</param>
    /// <param name="count">The number of examples, from 1 to the session's batch size.</param>
    /// <param name="outputs">Receives the outputs.</param>
    void Run(ReadOnlySpan<float> features, int count, Span<float> outputs);
}
