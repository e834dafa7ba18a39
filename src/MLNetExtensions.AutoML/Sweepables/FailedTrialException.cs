namespace MLNetExtensions.AutoML;

/// <summary>
/// The network of a trial could not be trained; the reason is in <see cref="Exception.InnerException"/>. AutoML counts a trial
/// that was cancelled as a bad one and goes on, while any other exception ends the experiment unless a trial has succeeded
/// before: so this is a cancellation to it.
/// </summary>
/// <param name="reason">Why training failed.</param>
internal sealed class FailedTrialException(Exception reason)
    : OperationCanceledException($"The trial failed: {reason.Message}", reason);
