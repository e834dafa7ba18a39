using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace MLNetExtensions.Networks.Training;

/// <summary>How a network is trained: everything that is set of a run, in one place.</summary>
/// <remarks>Whoever trains takes a copy of it first, so that what is changed afterwards counts for the next run only.</remarks>
public record TrainingOptions
{
    /// <summary>The default of <see cref="Epochs"/>.</summary>
    public const int DefaultEpochs = 20;

    /// <summary>The default of <see cref="BatchSize"/>.</summary>
    public const int DefaultBatchSize = 32;

    /// <summary>What is minimised. Null, the default, takes the loss of an ML.NET trainer's task; <see cref="NetworkTrainer"/>,
    /// which has no task, needs one.</summary>
    public Loss? Loss { get; set; }

    /// <summary>The passes over the examples, at least 1.</summary>
    public int Epochs { get; set; } = DefaultEpochs;

    /// <summary>The examples of a step, at least 1. Where one example would be left for the last step it takes two, since batch
    /// normalisation can't learn from one; where that can't be (batches of 1 or 2), such a network is refused.</summary>
    public int BatchSize { get; set; } = DefaultBatchSize;

    /// <summary>The learning rate, above 0, that <see cref="Schedule"/> begins from; null for the optimiser's
    /// <see cref="Optimizer.DefaultLearningRate"/>.</summary>
    public double? LearningRate { get; set; }

    /// <summary>How gradients change weights.</summary>
    public Optimizer Optimizer { get; set; } = new Adam();

    /// <summary>How the learning rate changes over the run.</summary>
    public LearningRateSchedule Schedule { get; set; } = new ConstantSchedule();

    /// <summary>Whether the examples left after the last full batch of an epoch are left out of it.</summary>
    public bool DropLast { get; set; }

    /// <summary>Whether the examples come in a new order every epoch.</summary>
    public bool Shuffle { get; set; } = true;

    /// <summary>Whether examples of like length come in the same batch (Hugging Face's <c>group_by_length</c>, torchtext's
    /// <c>BucketIterator</c>), so that a batch of short texts need not be computed as far as the longest one reaches: recurrent
    /// layers end there. Which examples meet, and the order of the batches, are random all the same. For networks with a
    /// <see cref="PaddingMask"/> or <see cref="SequenceMask"/> of an input, whose longest counts; others are refused.</summary>
    public bool GroupByLength { get; set; }

    /// <summary>Decides initial weights, order, dropout and augmentation: one seed, one result. Null (the default) leaves it to
    /// who trains: an ML.NET trainer draws one from its context, so that the context's seed decides;
    /// <see cref="NetworkTrainer"/> takes 0.</summary>
    public int? Seed { get; set; }

    /// <summary>Random changes of the training examples, in this order.</summary>
    public ImmutableArray<Augmentation> Augmentations { get; set; } = [];

    /// <summary>How examples are mixed with each other, and their targets with them, behind the augmentations; where there are
    /// several ways, one is drawn for each example.</summary>
    public ImmutableArray<ExampleMixing> Mixing { get; set; } = [];

    /// <summary>The threads that prepare batches (augmentation, mixing, conversion) while the engine computes, at least 1; null
    /// for half of the processors where examples are augmented or mixed, else one where batches are large, and none where they
    /// are small. The result is the same for any number.</summary>
    public int? PreparationThreads { get; set; }

    /// <summary>What is reported of the training and the validation set beside the loss. Empty, the default, reports
    /// <see cref="TrainingMetric.For"/> the loss of the validation set. Those of the training set are, as its loss, of the
    /// outputs while the epoch ran, dropout and augmentation included.</summary>
    public ImmutableArray<TrainingMetric> Metrics { get; set; } = [];

    /// <summary>The batches whose gradients are added up for an update, at least 1: with <see cref="BatchSize"/> examples each
    /// they make the update of one batch as many times as large, in the memory of one. The last update of an epoch takes what is
    /// left. Batch normalisation still sees one batch at a time, and its running statistics take in the last one of an
    /// update.</summary>
    public int AccumulateSteps { get; set; } = 1;

    /// <summary>How many units of the caller's one unit of the targets is, above 0: where targets were divided by 40 before
    /// training, 40 lets losses and metrics be reported in what they were before.</summary>
    public double TargetUnit { get; set; } = 1;

    /// <summary>When the run ends before its last epoch; null for never.</summary>
    public EarlyStopping? EarlyStopping { get; set; }

    /// <inheritdoc cref="TrainingSessionOptions.GradientClipNorm"/>
    public double? GradientClipNorm { get; set; }

    /// <inheritdoc cref="TrainingSessionOptions.GradientClipValue"/>
    public double? GradientClipValue { get; set; }

    /// <inheritdoc cref="TrainingSessionOptions.AverageDecay"/>
    public double? AverageDecay { get; set; }

    /// <summary>What does not change: a parameter (<c>features.0.weight</c>), or all of a layer (<c>features.0</c>) or of a group
    /// of layers (<c>features</c>), as <see cref="NetworkDefinition.ParametersOf"/> finds them. A batch normalisation
    /// whose weight or statistics are frozen uses its running statistics, and they stay as they are.
    /// Layers at the beginning of a network that are frozen are computed once and not in every epoch, where nothing changes the
    /// examples at random and what they make of all of them is no more than 1 GiB.</summary>
    public IReadOnlyCollection<string> Frozen { get; set; } = [];

    /// <summary>What is frozen at first, as <see cref="Frozen"/> is, and learns from some epoch on: the number of epochs that it
    /// stays as it is, by its name (gradual unfreezing; Howard and Ruder, "Universal Language Model Fine-tuning", 2018). Whenever
    /// something begins to learn the optimiser starts afresh, and under <see cref="AverageDecay"/> so do weights and average,
    /// both from the average so far; schedule and early stopping go on.</summary>
    public IReadOnlyDictionary<string, int> FrozenEpochs { get; set; } = ReadOnlyDictionary<string, int>.Empty;

    /// <summary>How many times the learning rate parts of the network learn at, above 0, by their names as in
    /// <see cref="Frozen"/>; of several that hold a parameter the longest decides. What was learned before (<c>features</c>: 0.1)
    /// is to change less than what is new.</summary>
    public IReadOnlyDictionary<string, double> LearningRateFactors { get; set; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>Where the state of the run is kept, so that it can go on after an interruption; null for nowhere.</summary>
    public Checkpointing? Checkpoints { get; set; }

    /// <summary>What else takes part in the run, in this order: logs, finders, callbacks of one's own.
    /// <see cref="EarlyStopping"/> and <see cref="Checkpoints"/> are callbacks too, with a name of their own here because most
    /// runs have them.</summary>
    public ImmutableArray<TrainingCallback> Callbacks { get; set; } = [];

    /// <summary>Hears what callbacks find amiss (<see cref="ITrainingRun.Warn"/>), on the thread that trains. An ML.NET trainer
    /// writes it to the log of its context as well.</summary>
    public Action<string>? Warned { get; set; }

    /// <summary>Whether cancellation ends the run with the weights of the best epoch so far, rather than with an
    /// <see cref="OperationCanceledException"/> (which comes all the same when no epoch ended).</summary>
    public bool KeepResultWhenCanceled { get; set; }

    /// <summary>The same options, which whoever holds these can't change: with collections of their own.</summary>
    internal TrainingOptions Copy() => this with
    {
        Frozen = [.. Frozen],
        FrozenEpochs = FrozenEpochs.ToDictionary(),
        LearningRateFactors = LearningRateFactors.ToDictionary(),
    };

    /// <summary>The learning rate of a run.</summary>
    internal double BaseLearningRate => LearningRate ?? Optimizer.DefaultLearningRate;

    /// <summary>The checkpoint from which a run with these options goes on, by the first callback that has one; null for
    /// none.</summary>
    /// <exception cref="FormatException">The file is truncated or no checkpoint; the message names it.</exception>
    public TrainingCheckpoint? FindCheckpoint() =>
        AllCallbacks.Select(callback => callback.FindCheckpoint()).FirstOrDefault(checkpoint => checkpoint is not null);

    /// <summary>All callbacks that the options name.</summary>
    internal IEnumerable<TrainingCallback> AllCallbacks =>
        new TrainingCallback?[] { EarlyStopping }.Concat(Callbacks).Append(Checkpoints).OfType<TrainingCallback>();

    /// <summary>What else of the options decides the bits of a run, by name: a checkpoint is taken up only where it is the
    /// same.</summary>
    internal virtual IEnumerable<KeyValuePair<string, string>> FurtherDecisions => [];

    /// <summary>The seed of a run by <see cref="NetworkTrainer"/>.</summary>
    internal int RunSeed => Seed ?? 0;

    /// <summary>The loss, which a run can't do without.</summary>
    internal Loss RequiredLoss => Loss ?? throw new ArgumentException(
        $"{nameof(TrainingOptions)}.{nameof(Loss)} is not set: say what training minimises.");
}
