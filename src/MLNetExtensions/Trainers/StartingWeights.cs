using Microsoft.ML.Runtime;
using MLNetExtensions.Networks;

namespace MLNetExtensions.Trainers;

/// <summary>The weights that training starts from when it does not draw them all.</summary>
internal static class StartingWeights
{
    /// <summary>All weights of the initial model, or those of <see cref="NeuralNetworkOptions.InitialWeights"/> that fit among
    /// fresh ones; null when there are neither.</summary>
    /// <param name="initialModel">The model to go on from.</param>
    /// <param name="knownClasses">What <see cref="KnownClasses.Find"/> found; null when the classes are the same.</param>
    /// <param name="options">The options, with the weights that they name.</param>
    /// <param name="network">What is trained.</param>
    /// <param name="scored">What of it scores.</param>
    /// <param name="seed">The seed of weights that are drawn.</param>
    /// <param name="channel">Hears of what is used.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model is of another network, or the weights don't serve: none fits, or
    /// one is missing that is not to be learned.</exception>
    public static NetworkWeights? Choose(
        NetworkModel? initialModel, int[]? knownClasses, NeuralNetworkOptions options, NetworkDefinition network,
        NetworkDefinition scored, int seed, IChannel channel)
    {
        if (initialModel is not null)
            return OfModel(initialModel, knownClasses, network, scored, seed);
        if (options.InitialWeights is not { } given)
            return null;
        NetworkWeights weights = NetworkWeights.Initialize(network, seed);
        WeightMatch match = weights.LoadMatching(given);
        PrefixMismatch? prefix = PrefixMismatch.Find(given, network, match);
        string reason = prefix is null ? "Are they of this architecture?" : $"{prefix}.";
        if (match.Loaded.Count == 0)
            throw Unfit($"none of them has the name and shape of one of the network's ({match}). {reason}");
        string[] frozen = [.. options.Frozen.SelectMany(network.ParametersOf).Select(spec => spec.Name)];
        if (frozen.FirstOrDefault(name => !match.Loaded.Contains(name)) is string random)
            throw Unfit(
                $"they do not give '{random}', which is frozen and would stay as it was drawn ({match}). Take it out of " +
                $"Frozen, or give its weights.{(prefix is null ? "" : $" {reason}")}");
        if (prefix is not null || 2 * match.Loaded.Count < weights.Count)
            channel.Warning(
                MessageSensitivity.None, "Initial weights: few are used, {0}. The others are drawn. {1}", match, reason);
        else
            channel.Info(MessageSensitivity.None, "Initial weights: {0}.", match);
        return weights;
    }

    /// <summary>The weights of a model of the network, or of what of it scores: outputs that only help to train start afresh,
    /// since a trained model has none.</summary>
    private static NetworkWeights OfModel(
        NetworkModel model, int[]? knownClasses, NetworkDefinition network, NetworkDefinition scored, int seed)
    {
        bool isWhole = model.Definition.Outputs.Length == network.Outputs.Length;
        NetworkDefinition counterpart = isWhole ? network : scored;
        try
        {
            NetworkWeights known = model.Weights;
            if (knownClasses is not null)
                known = KnownClasses.Extend(model, knownClasses, counterpart, seed);
            else
                known.CheckFits(counterpart);
            if (isWhole)
                return known;
            NetworkWeights weights = NetworkWeights.Initialize(network, seed);
            weights.LoadMatching(known);
            return weights;
        }
        catch (ArgumentException e)
        {
            throw new ArgumentOutOfRangeException(
                $"The initial model is not of the network to train: {e.Message} To take over only what fits, set " +
                $"{nameof(NeuralNetworkOptions.InitialWeights)} to its weights.", e);
        }
    }

    private static ArgumentOutOfRangeException Unfit(string problem) =>
        new(nameof(NeuralNetworkOptions.InitialWeights), $"The initial weights can't be used: {problem}");
}
