using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;

namespace MLNetExtensions.Trainers;

/// <summary>Ends a fit when its token or its context is cancelled. A context, which AutoML cancels when the time is up, has no
/// token to be told by: it is asked, whatever the fit is busy with.</summary>
internal sealed class FitCancellation : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly IHostEnvironment _env;
    private readonly CancellationTokenSource _source;
    private readonly Timer _timer;

    public FitCancellation(IHostEnvironment env, CancellationToken token)
    {
        (_env, _source) = (env, CancellationTokenSource.CreateLinkedTokenSource(token));
        _timer = new(_ => AskContext(), null, Interval, Interval);
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

    public void Dispose()
    {
        // Waits for a question that is being asked.
        using ManualResetEvent stopped = new(false);
        if (_timer.Dispose(stopped))
            stopped.WaitOne();
        _source.Dispose();
    }

    private void AskContext()
    {
        if (MLNetInternals.IsCanceled(_env))
            _source.Cancel();
    }
}
