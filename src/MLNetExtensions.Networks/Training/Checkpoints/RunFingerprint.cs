using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MLNetExtensions.Networks.Training;

/// <summary>What decides the bits of a run, by name: a checkpoint is taken up only by a run that would have written it. Left out
/// are the number of epochs, so that a run can be lengthened (unless its schedule depends on it), and what only chooses among
/// epochs or looks on: patience, whether the best weights are restored, logs.</summary>
internal static class RunFingerprint
{
    /// <summary>The entry that holds the seed.</summary>
    public const string Seed = "seed";

    /// <summary>The examples whose features are looked at, beside the targets and weights of all.</summary>
    private const int SampledExamples = 64;

    public static IReadOnlyDictionary<string, string> Of(
        INetworkEngine engine,
        TrainingData data,
        TrainingData? validation,
        TrainingOptions options,
        NetworkWeights? initialWeights,
        IReadOnlyList<TrainingCallback> callbacks,
        CancellationToken cancellation)
    {
        // Records print their numbers in the current culture, and a checkpoint must be known again in any.
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            OrderedDictionary<string, string> entries = new()
            {
                ["engine"] = engine.Arithmetic,
                ["training set"] = Describe(data, cancellation),
                ["validation set"] = validation is null ? "none" : Describe(validation, cancellation),
                ["initial weights"] = initialWeights is null ? "drawn" : Describe(initialWeights),
                [Seed] = $"{options.RunSeed}",
                ["batches"] = $"of {options.BatchSize}, shuffle {options.Shuffle}, drop last {options.DropLast}, " +
                    $"{options.AccumulateSteps} an update{(options.GroupByLength ? ", grouped by length" : "")}",
                ["augmentations"] = $"[{string.Join(", ", options.Augmentations)}]",
                ["mixing"] = $"[{string.Join(", ", options.Mixing)}]",
                ["loss"] = $"{options.RequiredLoss}",
                ["target unit"] = $"{options.TargetUnit}",
                ["learning rate"] = $"{options.BaseLearningRate}",
                ["optimizer"] = $"{options.Optimizer}",
                ["schedule"] = options.Schedule.DependsOnEpochs
                    ? $"{options.Schedule} over {options.Epochs} epochs"
                    : $"{options.Schedule}",
                ["gradient clipping"] = $"norm {Text(options.GradientClipNorm)}, value {Text(options.GradientClipValue)}",
                ["average decay"] = Text(options.AverageDecay),
                ["frozen"] = $"[{string.Join(", ", options.Frozen.Order(StringComparer.Ordinal))}]",
                ["frozen at first"] = Text(options.FrozenEpochs),
                ["learning rate factors"] = Text(options.LearningRateFactors),
                ["metrics"] = $"[{string.Join(", ", options.Metrics)}]",
                ["callbacks"] = $"[{string.Join(", ", callbacks.Select(callback => callback.Decides).OfType<string>())}]",
            };
            foreach ((string name, string value) in options.FurtherDecisions)
                entries.Add(name, value);
            return entries;
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    /// <summary>The entries that differ, in words; empty when none does.</summary>
    public static string Differences(IReadOnlyDictionary<string, string> checkpoint, IReadOnlyDictionary<string, string> run) =>
        string.Join("; ", run
            .Select(entry => (Name: entry.Key, Here: entry.Value, There: checkpoint.GetValueOrDefault(entry.Key, "not recorded")))
            .Where(entry => entry.Here != entry.There)
            .Select(entry => $"{entry.Name} {entry.There} there and {entry.Here} here"));

    private static string Text<T>(IReadOnlyDictionary<string, T> options) =>
        $"[{string.Join(", ", options.OrderBy(option => option.Key, StringComparer.Ordinal))}]";

    private static string Text(object? option) => option?.ToString() ?? "none";

    private static string Describe(TrainingData data, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        float[] features = new float[data.FeatureShape.Size];
        int interval = Math.Max(1, data.Count / SampledExamples);
        for (int row = 0; row < data.Count; row++)
        {
            Append(hash, data.Targets(row));
            Append(hash, [data.Weight(row)]);
            if (row % interval != 0)
                continue;
            cancellation.ThrowIfCancellationRequested();
            data.CopyFeatures([row], features);
            Append(hash, features);
        }
        return $"{data.Count} examples with hash {Digits(hash)}";
    }

    private static string Describe(NetworkWeights weights)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, WeightTensor tensor) in weights)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            Append(hash, tensor.Values);
        }
        return $"with hash {Digits(hash)}";
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<float> values) =>
        hash.AppendData(MemoryMarshal.AsBytes(values));

    private static string Digits(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
}
