using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Persistence;

namespace MLNetExtensions.Trainers;

/// <summary>What the tasks ask of options, networks and labels, with the errors for what doesn't fit.</summary>
internal static class TaskRequirements
{
    /// <summary>Throws when the options shape the task's own loss and replace it as well.</summary>
    /// <exception cref="ArgumentException">Both <paramref name="isShaped"/> and
    /// <see cref="TrainingOptions.Loss"/> is set.</exception>
    public static void RejectTwoLosses(NeuralNetworkOptions options, bool isShaped, string name)
    {
        if (isShaped && options.Loss is { } loss)
            throw new ArgumentException(
                $"{name} shapes the task's own loss, but Loss replaces it by {loss.GetType().Name}: " +
                "set one or the other.",
                nameof(options));
    }

    /// <summary>Throws when a loss or metric that the options name is of another task. One that the library doesn't know is taken
    /// at its word.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is; the message says what to take.</exception>
    public static void RequireFit(bool fits, object? choice, string problem, string remedy)
    {
        if (!fits)
            throw new ArgumentOutOfRangeException("options", $"{choice!.GetType().Name} {problem}. Use {remedy}.");
    }

    /// <summary>Throws when a loss or metric that the options name is one of classes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is; the message says what to take.</exception>
    public static void RequireNumbers(NeuralNetworkOptions options, string task)
    {
        foreach (Loss loss in ScoredOutput.Losses(options.Loss))
        {
            RequireFit(
                loss is not (BinaryCrossEntropyLoss or CrossEntropyLoss), loss,
                $"is not a loss of {task}, whose network gives numbers", nameof(MeanSquaredErrorLoss));
        }
        foreach (TrainingMetric metric in options.Metrics)
            RequireFit(!metric.IsOfClasses, metric, $"is not a metric of {task}", nameof(MeanAbsoluteErrorMetric));
    }

    /// <summary>Throws when a loss or metric that the options name is not one of logits that stand for 0 and 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not; the message says what to take.</exception>
    public static void RequireLogits(NeuralNetworkOptions options, string task)
    {
        foreach (Loss loss in ScoredOutput.Losses(options.Loss))
        {
            RequireFit(
                loss is not (CrossEntropyLoss or MeanSquaredErrorLoss or L1Loss or HuberLoss), loss,
                $"is not a loss of {task}, that Score and Probability are read from", nameof(BinaryCrossEntropyLoss));
        }
        foreach (TrainingMetric metric in options.Metrics)
        {
            RequireFit(
                !metric.IsOfNumbers && metric is not (AccuracyMetric or TopKAccuracyMetric), metric,
                $"is not a metric of {task}", nameof(BinaryAccuracyMetric));
        }
    }

    /// <summary>Throws when a network that is to give logits ends in a layer without negative numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does; the message names the layer and the way out.</exception>
    public static void RequireLogits(NetworkDefinition network)
    {
        if (network.OutputNode() is { Layer: ReLU or ReLU6 or Softplus or GELU or SiLU or Hardswish or Hardsigmoid } last)
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.Architecture),
                $"The network ends in {last.Layer.GetType().Name} ('{last.Name}'), which gives hardly a number below 0, but " +
                "an output is a logit, above 0 for yes and below 0 for no. Leave that layer out.");
    }

    /// <summary>Throws when a network that is to learn standardised numbers ends in a layer that does not give every
    /// number.</summary>
    /// <param name="network">What of the network scores.</param>
    /// <param name="number">What is standardised.</param>
    /// <param name="option">Whether it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does; the message names the layer and the way out.</exception>
    public static void RequireEveryNumber(NetworkDefinition network, string number, string option)
    {
        if (network.OutputNode() is { Layer: Activation and not LeakyReLU } last)
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.Architecture),
                $"The network ends in {last.Layer.GetType().Name} ('{last.Name}') and so does not give every number, but it " +
                $"learns ({number} − mean) / deviation, which is below 0 for every {number} below the mean and has no bound. " +
                $"Leave that layer out, or set {option} to false.");
    }

    /// <summary>Throws where vectors of the validation data don't hold what those of the training data hold, slot by slot.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Their types are not the same.</exception>
    /// <exception cref="InvalidOperationException">The names of their slots are not the same.</exception>
    public static void CheckSameSlots(DataViewSchema.Column training, DataViewSchema.Column validation)
    {
        if (!training.Type.Equals(validation.Type))
            throw ColumnShapes.Mismatch(
                "label", validation.Name, $"{training.Type} in the validation data as in the training data", $"{validation.Type}");
        if (SlotNames.FirstDifference(training, validation) is var (slot, expected, actual))
            throw new InvalidOperationException(
                $"Slot {slot} of the label column '{training.Name}' is '{expected}' in the training data but '{actual}' in the " +
                "validation data, and so another label. Give both the same slots in the same order.");
    }

    /// <summary>Throws where a model to go on from gives other numbers or answers than the label has, slot by slot.</summary>
    /// <param name="label">The label column.</param>
    /// <param name="fits">Whether the types are the same.</param>
    /// <param name="type">What the model gives.</param>
    /// <param name="names">The model's names of the slots.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model gives another type.</exception>
    /// <exception cref="InvalidOperationException">The model has other names of the slots.</exception>
    public static void CheckInitialSlots(DataViewSchema.Column label, bool fits, string type, KeyValues? names)
    {
        if (!fits)
            throw new ArgumentOutOfRangeException(
                "initialModel",
                $"The initial model gives {type}, but the label column '{label.Name}' is {label.Type}. To take over only what " +
                $"fits, set {nameof(NeuralNetworkOptions.InitialWeights)} to its weights.");
        if (names is not null && KeyValues.SlotsOf(label) is { } slots && slots.FirstDifference(names) is int slot)
            throw new InvalidOperationException(
                $"Slot {slot - 1} of the label column '{label.Name}' is '{slots[slot]}', but in the initial model '{names[slot]}': " +
                "its outputs would stand for other labels.");
    }
}
