using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Trainers;

/// <summary>
/// The output of a network that a task scores: its only one or, where others help to train it (auxiliary classifiers, which learn
/// the same labels), that of the first part of the <see cref="CompositeLoss"/>. The others are not part of the model.
/// </summary>
internal sealed class ScoredOutput
{
    private readonly CompositeLoss? _loss;

    /// <summary>The scored output of networks that are trained by a loss.</summary>
    /// <param name="loss">The loss that the options name; null for the task's own.</param>
    /// <exception cref="ArgumentOutOfRangeException">A part of it has targets of its own.</exception>
    public ScoredOutput(Loss? loss)
    {
        _loss = loss as CompositeLoss;
        if (_loss is not null && _loss.Parts.IsDefaultOrEmpty)
            throw new ArgumentOutOfRangeException(
                "options", $"A {nameof(CompositeLoss)} needs at least one part; the first is that of the output to score.");
        if (_loss?.Parts.Skip(1).FirstOrDefault(part => part.TargetOf is null) is { } other)
            throw new ArgumentOutOfRangeException(
                "options",
                $"The loss's part of output '{other.Output}' wants targets of its own, but there is one label column, which the " +
                $"first part learns. Let it learn the same ({nameof(OutputLoss.TargetOf)}: \"{Name}\"), or train with " +
                $"{nameof(NetworkTrainer)}.");
    }

    /// <summary>The losses of the scored output and of the others; none when the loss is the task's own.</summary>
    public static IEnumerable<Loss> Losses(Loss? loss) => loss switch
    {
        null => [],
        CompositeLoss composite => composite.Parts.Select(part => part.Loss),
        _ => [loss],
    };

    /// <summary>What of a network scores.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The network has no such output, or takes more than that depends on, or has
    /// several outputs and no loss for them.</exception>
    public NetworkDefinition Of(NetworkDefinition network)
    {
        string outputs = string.Join(", ", network.Outputs.Select(output => $"'{output.Name}'"));
        if (_loss is null)
            return network.Outputs.Length == 1
                ? network
                : throw Misfit(
                    $"The network has the outputs {outputs}. Set Loss to a {nameof(CompositeLoss)}: its first part is that of " +
                    "the output to score, the others say how the rest is trained.");
        if (network.Outputs.All(output => output.Name != Name))
            throw Misfit($"The first part of the loss is that of output '{Name}', but the network has {outputs}.");
        NetworkDefinition scored = network.WithOutputs(Name);
        return scored.InputLayout.Size == network.InputLayout.Size
            ? scored
            : throw Misfit($"The output '{Name}', which is to be scored, does not depend on all inputs of the network.");

        static ArgumentOutOfRangeException Misfit(string problem) =>
            new(nameof(NeuralNetworkOptions.Architecture), problem);
    }

    /// <summary>What of a trained network scores.</summary>
    public NetworkModel Of(NetworkModel model) => _loss is null ? model : model.WithOutputs(Name);

    /// <summary>A metric that the options name, of the scored output.</summary>
    public TrainingMetric MetricOf(TrainingMetric metric) =>
        _loss is null || metric is OutputMetric ? metric : _loss.MetricOf(Name, metric);

    private string Name => _loss!.Parts[0].Output;
}
