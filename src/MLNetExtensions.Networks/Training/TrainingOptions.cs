using System.Collections.Immutable;

namespace MLNetExtensions.Networks.Training;

/// <summary>How a network is trained.</summary>
/// <param name="Loss">What is minimised. The trainers of an ML.NET task set it; <see cref="NetworkTrainer"/> needs it.</param>
public record TrainingOptions(Loss? Loss = null)
{
    /// <summary>The default of <see cref="Epochs"/>.</summary>
    public const int DefaultEpochs = 20;

    /// <summary>The default of <see cref="BatchSize"/>.</summary>
    public const int DefaultBatchSize = 32;

    /// <summary>How weights change, with the base learning rate.</summary>
    public Optimizer Optimizer { get; init; } = new Adam();

    /// <summary>How the learning rate changes over the run.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>The passes over the examples, at least 1.</summary>
    public int Epochs { get; init; } = DefaultEpochs;

    /// <summary>The examples of a step, at least 1. Where one example would be left for the last step it takes two, since batch
    /// normalisation can't learn from one; where that can't be (batches of 1 or 2), such a network is refused.</summary>
    public int BatchSize { get; init; } = DefaultBatchSize;

    /// <summary>Whether the examples left after the last full batch of an epoch are left out of it.</summary>
    public bool DropLast { get; init; }

    /// <summary>Whether the examples come in a new order every epoch.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Decides initial weights, order, dropout and augmentation: one seed, one result. Null (the default) leaves it to
    /// who trains: an ML.NET trainer draws one from its context, so that the context's seed decides;
    /// <see cref="NetworkTrainer"/> takes 0.</summary>
    public int? Seed { get; init; }

    /// <summary>Random changes of the training examples, in this order.</summary>
    public ImmutableArray<Augmentation> Augmentations { get; init; } = [];

    /// <summary>What is reported of the validation set; null takes <see cref="TrainingMetric.For"/> the loss.</summary>
    public TrainingMetric? Metric { get; init; }

    /// <summary>How many units of the caller's one unit of the targets is, above 0: where targets were divided by 40 before
    /// training, 40 lets losses and metrics be reported in what they were before.</summary>
    public double TargetUnit { get; init; } = 1;

    /// <summary>When the run ends before its last epoch; null for never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <inheritdoc cref="TrainingSessionOptions.GradientClipNorm"/>
    public double? GradientClipNorm { get; init; }

    /// <inheritdoc cref="TrainingSessionOptions.GradientClipValue"/>
    public double? GradientClipValue { get; init; }

    /// <inheritdoc cref="TrainingSessionOptions.AverageDecay"/>
    public double? AverageDecay { get; init; }

    /// <summary>What does not change: a parameter (<c>features.0.weight</c>), or all of a layer (<c>features.0</c>) or of a group
    /// of layers (<c>features</c>), as <see cref="NetworkDefinition.ParametersOf"/> finds them. A batch normalisation
    /// whose weight or statistics are frozen uses its running statistics, and they stay as they are.</summary>
    public IReadOnlyCollection<string> Frozen { get; init; } = [];

    /// <summary>Where the state of the run is kept, so that it can go on after an interruption; null for nowhere.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Whether cancellation ends the run with the weights of the best epoch so far, rather than with an
    /// <see cref="OperationCanceledException"/> (which comes all the same when no epoch ended).</summary>
    public bool KeepResultWhenCanceled { get; init; }

    /// <summary>The seed of a run by <see cref="NetworkTrainer"/>.</summary>
    internal int RunSeed => Seed ?? 0;

    /// <summary>The loss, which a run can't do without.</summary>
    internal Loss RequiredLoss => Loss ?? throw new ArgumentException(
        $"{nameof(TrainingOptions)}.{nameof(Loss)} is not set: say what training minimises.");
}
