using Microsoft.ML.Runtime;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Trainers;

/// <summary>Passes the loop's progress to ML.NET's log and to the caller.</summary>
internal sealed class ChannelProgress(IChannel channel, IProgress<TrainingProgress>? listener, FitCancellation cancellation)
    : IProgress<TrainingProgress>
{
    private int _loggedEpoch;

    public void Report(TrainingProgress value)
    {
        if (value.LastEpoch is { } epoch && epoch.Epoch > _loggedEpoch)
        {
            string validation = epoch.ValidationLoss is { } loss ? $"validation loss {loss:g4}, " : "";
            channel.Trace(
                MessageSensitivity.None, "Epoch {0} of {1}: loss {2:g4}, {3}{4:f0} examples/s.",
                epoch.Epoch, value.Epochs, epoch.Loss, validation, epoch.ExamplesPerSecond);
            _loggedEpoch = epoch.Epoch;
        }
        listener?.Report(value);
        cancellation.AskContext();
    }
}
