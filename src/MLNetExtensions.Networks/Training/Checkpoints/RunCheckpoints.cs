namespace MLNetExtensions.Networks.Training;

/// <summary>How a run goes on from a checkpoint, and writes one.</summary>
/// <param name="network">The network in training.</param>
/// <param name="fingerprint">What a checkpoint and a run must share; null for a run that has none.</param>
internal sealed class RunCheckpoints(NetworkDefinition network, IReadOnlyDictionary<string, string>? fingerprint)
{
    private const string StartAfresh = "Choose another folder, delete the file, or set Resume to false.";

    /// <summary>The checkpoint to go on from; null for none.</summary>
    /// <exception cref="InvalidOperationException">It is one of another run.</exception>
    public TrainingCheckpoint? Find(IEnumerable<TrainingCallback> callbacks)
    {
        TrainingCheckpoint? checkpoint =
            callbacks.Select(callback => callback.FindCheckpoint()).FirstOrDefault(found => found is not null);
        if (checkpoint is null || fingerprint is null)
            return null;
        if (!checkpoint.Definition.Equals(network))
            throw new InvalidOperationException($"The checkpoint '{checkpoint.FilePath}' is of another network. {StartAfresh}");
        return RunFingerprint.Differences(checkpoint.Run, fingerprint) is { Length: > 0 } differences
            ? throw new InvalidOperationException(
                $"The checkpoint '{checkpoint.FilePath}' is of another run: {differences}. {StartAfresh}")
            : checkpoint;
    }

    /// <summary>Gives session and callbacks what they were.</summary>
    /// <exception cref="InvalidOperationException">It is not theirs.</exception>
    public static void TakeUp(TrainingCheckpoint checkpoint, IRunSession session, CallbackList callbacks)
    {
        try
        {
            session.WriteState(checkpoint.State);
            callbacks.LoadState(checkpoint.Callbacks);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new InvalidOperationException(
                $"The checkpoint '{checkpoint.FilePath}' can't be taken up: {e.Message} {StartAfresh}", e);
        }
    }

    /// <summary>What is wrong where a run would not have come to its checkpoint.</summary>
    public static InvalidOperationException BeyondTheEnd(TrainingCheckpoint checkpoint, int epochs) => new(
        $"The checkpoint '{checkpoint.FilePath}' is of epoch {checkpoint.History.Count}, but this run would have ended after " +
        $"epoch {epochs}. {StartAfresh}");

    public void Save(
        string path, NetworkWeights weights, NetworkWeights state, NetworkWeights best, TrainingHistory history,
        CallbackList callbacks)
    {
        if (fingerprint is null)
            throw new InvalidOperationException(
                "A callback that saves checkpoints says so: " +
                $"{nameof(TrainingCallback)}.{nameof(TrainingCallback.SavesCheckpoints)}.");
        new TrainingCheckpoint(network, weights, state, best, history, callbacks.SaveState(), fingerprint).Save(path);
    }
}
