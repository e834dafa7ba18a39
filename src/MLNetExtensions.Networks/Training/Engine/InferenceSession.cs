namespace MLNetExtensions.Networks.Training;

/// <summary>A scoring session of any engine: the checks are written here, once; an engine supplies the mathematics.</summary>
/// <remarks>Engines hold native memory: <c>Run</c> keeps the session alive to its end.</remarks>
internal abstract class InferenceSession : IInferenceSession
{
    private readonly BatchCheck _check;
    private readonly CompiledNetwork _compiled;
    private bool _disposed;

    protected InferenceSession(CompiledNetwork compiled, NetworkDefinition network, int maxBatchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatchSize, 1);
        (_compiled, _check) = (compiled, new(network, maxBatchSize));
    }

    public virtual bool TakesSparseRows => false;

    public void Run(ReadOnlySpan<float> features, int count, Span<float> outputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _check.Count(count);
        _check.Features(features, count);
        _check.Outputs(outputs.Length, count);
        long began = Instruments.Begin(Instruments.ScoringDuration);
        Score(features, count, outputs);
        Instruments.Scored(count, began);
        GC.KeepAlive(this);
    }

    public void Run(SparseRows features, Span<float> outputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!TakesSparseRows)
            throw BatchCheck.TakesDenseRows();
        _check.Count(features.Count);
        _check.Features(features);
        _check.Outputs(outputs.Length, features.Count);
        long began = Instruments.Begin(Instruments.ScoringDuration);
        Score(features, outputs);
        Instruments.Scored(features.Count, began);
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Free();
        _compiled.Leave();
    }

    /// <summary>The outputs in scoring mode.</summary>
    protected abstract void Score(ReadOnlySpan<float> features, int count, Span<float> outputs);

    /// <summary>The outputs of sparse rows, of a session that <see cref="TakesSparseRows"/>.</summary>
    protected virtual void Score(SparseRows features, Span<float> outputs) => throw BatchCheck.TakesDenseRows();

    /// <summary>Frees the session's memory.</summary>
    protected abstract void Free();
}
