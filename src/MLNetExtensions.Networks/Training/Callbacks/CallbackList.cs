using System.Text.Json;

namespace MLNetExtensions.Networks.Training;

/// <summary>The callbacks of a run, in the order in which they hear of it.</summary>
internal sealed class CallbackList : IDisposable
{
    private readonly List<(TrainingCallback Callback, RunningCallback Running)> _all = [];

    /// <summary>Where nobody listens, the loop over batches only looks at the length of an array.</summary>
    private RunningCallback[] _running = [];

    private CallbackList()
    {
    }

    /// <summary>Starts the callbacks of a run. If one refuses, those before it are freed.</summary>
    public static CallbackList Start(IReadOnlyList<TrainingCallback> callbacks, ITrainingRun run)
    {
        CallbackList list = new();
        try
        {
            foreach (TrainingCallback callback in callbacks)
                list._all.Add((callback, callback.Start(run)));
        }
        catch
        {
            list.Dispose();
            throw;
        }
        list._running = [.. list._all.Select(entry => entry.Running)];
        return list;
    }

    /// <summary>The callbacks that a run has by its options, in order.</summary>
    /// <param name="options">The options.</param>
    /// <param name="progress">A listener of progress; null for none.</param>
    public static IReadOnlyList<TrainingCallback> Of(TrainingOptions options, IProgress<TrainingProgress>? progress)
    {
        List<TrainingCallback> callbacks = [.. options.AllCallbacks];
        if (!callbacks.Exists(callback => callback.ChoosesBest))
            callbacks.Insert(0, EarlyStopping.Never);
        callbacks.Add(new TelemetryReport());
        if (progress is not null)
            callbacks.Add(new ProgressReport(progress));
        return [.. callbacks.OrderBy(callback => callback.SavesCheckpoints)];
    }

    public void TrainingBegin(ITrainingRun run)
    {
        foreach (RunningCallback callback in _running)
            callback.OnTrainingBegin(run);
    }

    public void TrainingEnd(ITrainingRun run)
    {
        foreach (RunningCallback callback in _running)
            callback.OnTrainingEnd(run);
    }

    public void EpochBegin(ITrainingRun run)
    {
        foreach (RunningCallback callback in _running)
            callback.OnEpochBegin(run);
    }

    public void EpochEnd(ITrainingRun run, EpochRecord epoch)
    {
        foreach (RunningCallback callback in _running)
            callback.OnEpochEnd(run, epoch);
    }

    public void EpochReplayed(ITrainingRun run, EpochRecord epoch)
    {
        foreach (RunningCallback callback in _running)
            callback.OnEpochReplayed(run, epoch);
    }

    public void BatchBegin(ITrainingRun run)
    {
        foreach (RunningCallback callback in _running)
            callback.OnBatchBegin(run);
    }

    public void BatchEnd(ITrainingRun run)
    {
        foreach (RunningCallback callback in _running)
            callback.OnBatchEnd(run);
    }

    public void ValidationBegin(ITrainingRun run)
    {
        foreach (RunningCallback callback in _running)
            callback.OnValidationBegin(run);
    }

    public void ValidationEnd(ITrainingRun run, EpochRecord epoch)
    {
        foreach (RunningCallback callback in _running)
            callback.OnValidationEnd(run, epoch);
    }

    /// <summary>The state of those that have any, by name; a second one of a name has a number.</summary>
    public IReadOnlyDictionary<string, string> SaveState()
    {
        OrderedDictionary<string, string> states = [];
        foreach ((string name, RunningCallback callback) in Named())
        {
            if (callback.SaveState() is string state)
                states.Add(name, state);
        }
        return states;
    }

    /// <summary>Restores what <see cref="SaveState"/> gave.</summary>
    /// <exception cref="FormatException">A state is not the callback's; the message names it.</exception>
    public void LoadState(IReadOnlyDictionary<string, string> states)
    {
        foreach ((string name, RunningCallback callback) in Named())
        {
            if (!states.TryGetValue(name, out string? state))
                continue;
            try
            {
                callback.LoadState(state);
            }
            catch (Exception e) when (e is FormatException or JsonException)
            {
                throw new FormatException($"the state of the callback '{name}' can't be read: {e.Message}", e);
            }
        }
    }

    public void Dispose()
    {
        foreach ((_, RunningCallback running) in _all)
            running.Dispose();
        _all.Clear();
    }

    private IEnumerable<(string Name, RunningCallback Callback)> Named()
    {
        Dictionary<string, int> seen = [];
        foreach ((TrainingCallback callback, RunningCallback running) in _all)
        {
            int number = seen[callback.Name] = seen.GetValueOrDefault(callback.Name) + 1;
            yield return (number == 1 ? callback.Name : $"{callback.Name} {number}", running);
        }
    }
}
