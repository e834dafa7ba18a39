namespace MLNetExtensions.Networks.Training;

/// <summary>A trained network ready to score. Not thread-safe; make one a thread.</summary>
public interface IInferenceSession : IDisposable
{
    /// <summary>Whether <see cref="Run(SparseRows, Span{float})"/> is there to be called; who says no (the default) gets dense
    /// rows.</summary>
    bool TakesSparseRows => false;

    /// <summary>The outputs, row-major [count×output shape]. Allocates nothing.</summary>
    /// <param name="features">The inputs, row-major [count×input shape].</param>
    /// <param name="count">The number of examples, from 1 to the session's batch size.</param>
    /// <param name="outputs">Receives the outputs.</param>
    void Run(ReadOnlySpan<float> features, int count, Span<float> outputs);

    /// <summary>The outputs of sparse rows; they are those of the same rows with their zeros. Allocates nothing.</summary>
    /// <param name="features">The inputs, from 1 row to the session's batch size.</param>
    /// <param name="outputs">Receives the outputs.</param>
    /// <exception cref="NotSupportedException">The session takes dense rows only.</exception>
    void Run(SparseRows features, Span<float> outputs) => throw BatchCheck.TakesDenseRows();
}
