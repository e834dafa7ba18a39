using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;

namespace MLNetExtensions.Trainers;

/// <summary>Ends a fit when its token or its context is cancelled. A context, which AutoML cancels when the time is up, has no
/// token to be told by, so a thread asks it, whatever the fit is busy with; not one of the pool, which may be busy too.</summary>
internal sealed class FitCancellation : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly IHostEnvironment _env;
    private readonly CancellationTokenSource _source;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _watch;

    public FitCancellation(IHostEnvironment env, CancellationToken token)
    {
        (_env, _source) = (env, CancellationTokenSource.CreateLinkedTokenSource(token));
        _watch = new(Watch) { IsBackground = true, Name = "Fit cancellation" };
        _watch.Start();
    }

    /// <summary>Cancelled when the fit is to end.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Throws when the fit is to end.</summary>
    /// <exception cref="OperationCanceledException">It is.</exception>
    public void ThrowIfCanceled()
    {
        AskContext();
        Token.ThrowIfCancellationRequested();
    }

    /// <summary>Cancels <see cref="Token"/> if the context is cancelled, without waiting until it is asked again.</summary>
    public void AskContext()
    {
        if (MLNetInternals.IsCanceled(_env))
            _source.Cancel();
    }

    public void Dispose()
    {
        _ended.Set();
        _watch.Join();
        _ended.Dispose();
        _source.Dispose();
    }

    private void Watch()
    {
        while (!_ended.Wait(Interval) && !_source.IsCancellationRequested)
            AskContext();
    }
}
