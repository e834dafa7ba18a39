using System.Globalization;
using System.Text.Json;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A run at the end of an epoch: all that is needed to go on with the very bits it would have had uninterrupted. One safetensors
/// file, replaced as a whole: the weights (<c>weights/…</c>), the optimiser's state (<c>state/…</c>), the best weights
/// (<c>best/…</c>, where they are not the last), and definition and history as JSON in the metadata.
/// </summary>
public sealed class TrainingCheckpoint
{
    /// <summary>The name of the file in a checkpoint folder.</summary>
    public const string FileName = "checkpoint.safetensors";

    private const string WeightsPrefix = "weights/";
    private const string StatePrefix = "state/";
    private const string BestPrefix = "best/";
    private const string HistoryKey = "mlnetextensions.history";
    private const string RunKey = "mlnetextensions.run";
    private const string CallbacksKey = "mlnetextensions.callbacks";

    internal TrainingCheckpoint(
        NetworkDefinition definition,
        NetworkWeights weights,
        NetworkWeights state,
        NetworkWeights best,
        TrainingHistory history,
        IReadOnlyDictionary<string, string> callbacks,
        IReadOnlyDictionary<string, string> run)
    {
        (Definition, Weights, State, Best) = (definition, weights, state, best);
        (History, Callbacks, Run) = (history, callbacks, run);
    }

    /// <summary>The network in training.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>The weights after the last epoch of <see cref="History"/>.</summary>
    public NetworkWeights Weights { get; }

    /// <summary>The epochs so far.</summary>
    public TrainingHistory History { get; }

    /// <summary>The seed of the run.</summary>
    public int Seed => int.Parse(Run[RunFingerprint.Seed], CultureInfo.InvariantCulture);

    /// <summary>The network with the best weights so far.</summary>
    public NetworkModel BestModel => new(Definition, Best);

    /// <summary>The file that it was read from; null for none.</summary>
    internal string? FilePath { get; private init; }

    /// <summary>The engine's state, as <see cref="ITrainingSession.ReadState"/> gave it.</summary>
    internal NetworkWeights State { get; }

    /// <summary>The best weights so far; the same object as <see cref="Weights"/> where the last epoch is the best.</summary>
    internal NetworkWeights Best { get; }

    /// <summary>What a run that goes on from here must share: its <see cref="RunFingerprint"/>.</summary>
    internal IReadOnlyDictionary<string, string> Run { get; }

    /// <summary>The state of callbacks by name, as <see cref="RunningCallback.SaveState"/> gave it.</summary>
    internal IReadOnlyDictionary<string, string> Callbacks { get; }

    internal void Save(string path)
    {
        IEnumerable<KeyValuePair<string, WeightTensor>> tensors =
            [.. Prefixed(WeightsPrefix, Weights), .. Prefixed(StatePrefix, State)];
        if (Best != Weights)
            tensors = tensors.Concat(Prefixed(BestPrefix, Best));
        SafeTensors.Save(path, new NetworkWeights(tensors), new Dictionary<string, string>
        {
            [NetworkModel.DefinitionKey] = NetworkJson.Serialize(Definition),
            [HistoryKey] = History.ToJson(),
            [CallbacksKey] = JsonSerializer.Serialize(Callbacks),
            [RunKey] = JsonSerializer.Serialize(Run),
        });
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="FormatException">The file is truncated or no checkpoint; the message names it.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static TrainingCheckpoint Load(string path) => Read(SafeTensors.Load(path), path);

    /// <summary>Whether a file is a checkpoint, rather than a model or bare weights.</summary>
    internal static bool IsCheckpoint(SafeTensorsContent content) => content.Metadata.ContainsKey(RunKey);

    /// <summary>Makes a checkpoint of a file's content.</summary>
    /// <exception cref="FormatException">It is no checkpoint; the message names <paramref name="path"/>.</exception>
    internal static TrainingCheckpoint Read(SafeTensorsContent content, string path)
    {
        try
        {
            NetworkDefinition definition = NetworkJson.Deserialize(Metadata(NetworkModel.DefinitionKey));
            NetworkWeights weights = Tensors(WeightsPrefix).OrderedAs(definition);
            NetworkWeights best = Tensors(BestPrefix);
            Dictionary<string, string>? run = Texts(RunKey);
            if (!int.TryParse(run?.GetValueOrDefault(RunFingerprint.Seed), CultureInfo.InvariantCulture, out _))
                throw new FormatException("it names no seed.");
            return new(
                definition,
                weights,
                Tensors(StatePrefix),
                best.Count == 0 ? weights : best.OrderedAs(definition),
                TrainingHistory.FromJson(Metadata(HistoryKey)),
                Texts(CallbacksKey) ?? throw new FormatException($"its '{CallbacksKey}' is empty."),
                run!)
            {
                FilePath = path,
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentException or JsonException)
        {
            throw new FormatException($"'{path}' is no valid checkpoint: {e.Message} Delete it to start afresh.", e);
        }

        string Metadata(string key) =>
            content.Metadata.TryGetValue(key, out string? value) ? value : throw new FormatException($"it has no '{key}'.");

        Dictionary<string, string>? Texts(string key) => JsonSerializer.Deserialize<Dictionary<string, string>>(Metadata(key));

        NetworkWeights Tensors(string prefix) => new(content.Weights
            .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], pair.Value)));
    }

    private static IEnumerable<KeyValuePair<string, WeightTensor>> Prefixed(string prefix, NetworkWeights tensors) =>
        tensors.Select(pair => KeyValuePair.Create(prefix + pair.Key, pair.Value));
}
