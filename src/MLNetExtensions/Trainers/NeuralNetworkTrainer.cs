using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Persistence;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>
/// Trains a neural network as an ML.NET trainer. <c>Fit</c> keeps no state, so that cross-validation and AutoML can refit; what
/// the tasks differ in (label type, loss, score columns) is in the derived classes.
/// </summary>
public abstract class NeuralNetworkTrainer : ITrainerEstimator<NeuralNetworkTransformer, NetworkModel>
{
    private readonly IHost _host;
    private readonly IReadOnlyList<string> _scoreColumns;
    private readonly ScoredOutput _scoredOutput;

    /// <summary>The seed where the options name none: drawn from the context, once, so that fits don't depend on each
    /// other.</summary>
    private readonly int _seed;

    private protected NeuralNetworkTrainer(
        IHostEnvironment env, NeuralNetworkOptions options, IReadOnlyList<string> scoreColumns, bool wantsNormalization = true)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.FeatureColumnName);
        if (options is SupervisedNetworkOptions supervised)
            CheckLabel(supervised.LabelColumnName, scoreColumns);
        if (!(options.ValidationFraction is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(
                nameof(options), options.ValidationFraction, "ValidationFraction must be in [0, 1).");
        if (options.MaxLength is < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxLength, "MaxLength must be at least 1.");
        if (options.Architecture is not null && options.SequenceArchitecture is not null)
            throw new ArgumentException("Architecture and SequenceArchitecture both name the network: set one of them.", nameof(options));
        (_host, CommonOptions, _scoreColumns) = (
            env.Register(GetType().Name), (NeuralNetworkOptions)options.Copy(), scoreColumns);
        Info = MLNetInternals.TrainerInfo(wantsNormalization);
        _scoredOutput = new(options.Loss);
        _seed = _host.Rand.Next();
    }

    /// <summary>Tells pipelines that the trainer wants normalised features (but for a forecaster), and can use a validation
    /// set and a model to go on from.</summary>
    public TrainerInfo Info { get; }

    /// <summary>The options as they were when the trainer was made.</summary>
    private protected NeuralNetworkOptions CommonOptions { get; }

    /// <summary>What the label column may be; none where there is no label, and the features are what is learned.</summary>
    private protected abstract IReadOnlyList<SchemaShape.Column> LabelShapes { get; }

    /// <summary>Whether features may be ids, a vector of keys.</summary>
    private protected virtual bool TakesKeys => true;

    /// <summary>Whether labels are classes, of which each is to be learned.</summary>
    private protected abstract bool LearnsClasses { get; }

    /// <summary>The outputs that the network needs for a label.</summary>
    /// <exception cref="InvalidOperationException">The label's type doesn't serve; the message names the column.</exception>
    private protected abstract int OutputsFor(DataViewSchema.Column label);

    /// <summary>A reader of labels, those of the validation data too.</summary>
    /// <param name="label">The label column of the training data.</param>
    private protected abstract LabelReader CreateLabelReader(DataViewSchema.Column label);

    /// <summary>What the labels ask for: the head, the loss and the targets.</summary>
    /// <param name="label">The label column.</param>
    /// <param name="training">The rows to learn from, none of the validation set; the targets are the labels.</param>
    /// <param name="initial">The head of the model to go on from; null when there is none, or it is unknown.</param>
    /// <param name="channel">Hears of what can't be learned.</param>
    /// <exception cref="InvalidOperationException">The labels can't be learned from; the message names the column.</exception>
    private protected abstract LearningTask CreateTask(
        DataViewSchema.Column label, TrainingData training, PredictionHead? initial, IChannel channel);

    /// <summary>Throws when a label of the validation data means something else than the same one of the training data.</summary>
    /// <exception cref="InvalidOperationException">It does; the message names the column and the first value.</exception>
    private protected virtual void CheckSameLabels(
        DataViewSchema.Column training, DataViewSchema.Column validation, IChannel channel)
    {
    }

    /// <summary>Keeps <see cref="NeuralNetworkOptions.ValidationFraction"/> of the rows out for validation.</summary>
    private protected virtual (TrainingData Training, TrainingData Validation) Split(
        TrainingData data, int seed, IChannel channel) => data.Split(CommonOptions.ValidationFraction, seed, LearnsClasses);

    /// <summary>Throws where vectors of the validation data don't hold what those of the training data hold, slot by slot.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Their types are not the same.</exception>
    /// <exception cref="InvalidOperationException">The names of their slots are not the same.</exception>
    private protected static void CheckSameSlots(DataViewSchema.Column training, DataViewSchema.Column validation)
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
    private protected static void CheckInitialSlots(DataViewSchema.Column label, bool fits, string type, KeyValues? names)
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

    /// <summary>Throws when the network can't learn the task, though its shapes fit.</summary>
    /// <param name="network">What of it scores.</param>
    /// <exception cref="ArgumentOutOfRangeException">It can't; the message says why and what to do.</exception>
    private protected virtual void Check(NetworkDefinition network)
    {
    }

    /// <summary>The network when the data is known.</summary>
    private protected virtual NetworkDefinition Complete(NetworkDefinition network, PredictionHead head) => network;

    /// <summary>The model when its weights are known.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="rows">Rows to look at its scores of: the validation set or, without one, those it was trained on.</param>
    private protected virtual NeuralNetworkTransformer Calibrate(NeuralNetworkTransformer model, TrainingData rows) => model;

    /// <summary>The network where the options name none.</summary>
    private protected virtual NetworkDefinition DefaultArchitecture(TensorShape inputShape, int outputs) =>
        FeedForward.Create(inputShape, outputs, [64, 32]);

    /// <summary>The columns that scoring will add.</summary>
    private protected abstract IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label);

    /// <summary>Throws when the options shape the task's own loss and replace it as well.</summary>
    /// <exception cref="ArgumentException">Both <paramref name="isShaped"/> and
    /// <see cref="TrainingOptions.Loss"/> is set.</exception>
    private protected static void RejectTwoLosses(NeuralNetworkOptions options, bool isShaped, string name)
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
    private protected static void RequireFit(bool fits, object? choice, string problem, string remedy)
    {
        if (!fits)
            throw new ArgumentOutOfRangeException("options", $"{choice!.GetType().Name} {problem}. Use {remedy}.");
    }

    /// <summary>Throws when a loss or metric that the options name is one of classes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is; the message says what to take.</exception>
    private protected static void RequireNumbers(NeuralNetworkOptions options, string task)
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
    private protected static void RequireLogits(NeuralNetworkOptions options, string task)
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
    private protected static void RequireLogits(NetworkDefinition network)
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
    private protected static void RequireEveryNumber(NetworkDefinition network, string number, string option)
    {
        if (network.OutputNode() is { Layer: Activation and not LeakyReLU } last)
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.Architecture),
                $"The network ends in {last.Layer.GetType().Name} ('{last.Name}') and so does not give every number, but it " +
                $"learns ({number} − mean) / deviation, which is below 0 for every {number} below the mean and has no bound. " +
                $"Leave that layer out, or set {option} to false.");
    }

    /// <summary>Trains on <paramref name="input"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">The data can't be learned from; the message
    /// names the column and the way out.</exception>
    /// <exception cref="InsufficientMemoryException">There is too little memory for the weights, the examples or a batch; the
    /// message names the column, the memory and the way out.</exception>
    public NeuralNetworkTransformer Fit(IDataView input) => Train(input, null, null, null);

    /// <summary>Trains on <paramref name="trainData"/>, measuring each epoch on <paramref name="validationData"/> (early
    /// stopping, best weights) and starting from the weights of <paramref name="initialModel"/>, where given. Weights alone
    /// don't tell the unit in which a regression's label was learned, nor the order of classes: where they come from a
    /// transformer, give that.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or the
    /// initial model is another network.</exception>
    /// <exception cref="InvalidOperationException">The data can't be learned from; the message
    /// names the column and the way out.</exception>
    public NeuralNetworkTransformer Fit(IDataView trainData, IDataView? validationData, NetworkModel? initialModel = null) =>
        Train(trainData, validationData, initialModel, null);

    /// <summary>Trains on <paramref name="trainData"/>, going on from a model that was trained before, perhaps loaded from a
    /// file: more epochs, new data, or new classes, where the key values of the label are those of the model and more (what a model
    /// knows it forgets unless it goes on seeing it). It is left as it was.</summary>
    /// <param name="trainData">The rows to learn from; prepared as those of the model were, by the same fitted
    /// transformers.</param>
    /// <param name="validationData">The rows to measure each epoch on; null for none.</param>
    /// <param name="initialModel">The model to start from.</param>
    /// <inheritdoc cref="Fit(IDataView, IDataView?, NetworkModel?)"/>
    public NeuralNetworkTransformer Fit(
        IDataView trainData, IDataView? validationData, NeuralNetworkTransformer initialModel)
    {
        ArgumentNullException.ThrowIfNull(initialModel);
        ArgumentNullException.ThrowIfNull(trainData);
        if (trainData.Schema.GetColumnOrNull(CommonOptions.FeatureColumnName)?.Type is VectorDataViewType type
            && !type.ItemType.Equals(initialModel.Features.Type.ItemType))
            throw ColumnShapes.Mismatch(
                "feature", CommonOptions.FeatureColumnName,
                $"{initialModel.Features.Type.ItemType}s as the initial model was trained on", type.ToString()!);
        return Train(trainData, validationData, initialModel.Model, initialModel);
    }

    /// <summary>Tries learning rates: a short run in which the rate rises from step to step until the loss does too
    /// (<see cref="LearningRateFinder"/>). It starts where <c>Fit</c> would, with the same batches, augmentation, loss and
    /// optimiser, and trains nothing: what <see cref="LearningRateCurve.Suggestion"/> says is for
    /// <see cref="TrainingOptions.LearningRate"/> of another trainer, and <c>HtmlReport.AddLearningRates</c> of
    /// MLNetExtensions.Reporting draws the curve.</summary>
    /// <param name="trainData">The rows to learn from, prepared as for <c>Fit</c>: those of a pipeline are what the steps before the
    /// trainer make of them, <c>preparation.Fit(data).Transform(data)</c>.</param>
    /// <param name="from">The rate of the first step, above 0.</param>
    /// <param name="to">The rate of the last step, above <paramref name="from"/>.</param>
    /// <param name="steps">The steps, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or a rate or the steps are out of
    /// range.</exception>
    /// <exception cref="InvalidOperationException">The data can't be learned from; the message
    /// names the column and the way out.</exception>
    public LearningRateCurve FindLearningRate(IDataView trainData, double from = 1e-7, double to = 1, int steps = 100)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        using IChannel channel = _host.Start("Finding the learning rate");
        using FitCancellation cancellation = new(_host, CommonOptions.CancellationToken);
        PreparedFit fit = Prepare(trainData, null, null, null, cancellation, channel);
        LearningRateCurve curve = fit.Memory.Guard(() => LearningRateFinder.Find(
            fit.Network, fit.Engine, fit.Training, fit.Options, fit.Weights, from, to, steps, cancellation.Token));
        channel.Info(
            MessageSensitivity.None, "Tried {0} learning rates from {1}: {2}.", curve.Count, from,
            curve.Suggestion is { } rate ? $"{rate} is suggested" : "the loss falls nowhere");
        return curve;
    }

    /// <summary>The schema with the score columns, for a pipeline that is checked before it is fitted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column label = Check(inputSchema);
        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(column => column.Name);
        foreach (SchemaShape.Column column in OutputShapes(label))
            columns[column.Name] = column;
        return new(columns.Values);
    }

    private NeuralNetworkTransformer Train(
        IDataView trainData, IDataView? validationData, NetworkModel? initialModel, NeuralNetworkTransformer? initial)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        using IChannel channel = _host.Start("Training");
        using FitCancellation cancellation = new(_host, CommonOptions.CancellationToken);
        PreparedFit fit = Prepare(trainData, validationData, initialModel, initial, cancellation, channel);
        WarnOfHiddenColumns(channel);
        channel.Info(
            MessageSensitivity.None, "Training {0} parameters on {1} examples with {2}.",
            fit.Network.ParameterCount, fit.Training.Count, fit.Engine.Name);
        TrainingResult result = fit.Memory.Guard(() => NetworkTrainer.Fit(
            fit.Network, fit.Engine, fit.Training, fit.Validation, fit.Options, fit.Weights,
            new ChannelProgress(channel, CommonOptions.Progress, cancellation), cancellation.Token));
        channel.Info(MessageSensitivity.None, "Trained {0} epochs: {1}.", result.History.Count, result.StopReason);
        NeuralNetworkTransformer model = new(
            _host, _scoredOutput.Of(result.Model), fit.Head, CommonOptions.FeatureColumnName, fit.Layout, ManagedEngine.Default,
            result.History, CommonOptions.TestTimeAugmentation);
        return fit.Memory.Guard(() => Calibrate(model, fit.Validation ?? fit.Training));
    }

    /// <summary>Checks, reads and chooses all that training needs.</summary>
    private PreparedFit Prepare(
        IDataView trainData, IDataView? validationData, NetworkModel? initialModel, NeuralNetworkTransformer? initial,
        FitCancellation cancellation, IChannel channel)
    {
        Check(ColumnShapes.Of(trainData.Schema));
        if (validationData is not null)
            Check(ColumnShapes.Of(validationData.Schema));
        cancellation.ThrowIfCanceled();

        DataViewSchema.Column label = trainData.Schema[CommonOptions.TargetColumnName];
        int outputs = OutputsFor(label);
        (NetworkDefinition network, NetworkDefinition scored, FeatureLayout layout) =
            ChooseNetwork(trainData, outputs, initial?.Features, cancellation);
        Check(scored);
        ImageViews.Check(CommonOptions.TestTimeAugmentation, network.InputShape);
        FeatureMemory memory = new(CommonOptions.FeatureColumnName, network);
        memory.RequireWeights();
        if (validationData is not null)
        {
            CheckSameFeatures(trainData.Schema, validationData.Schema, layout, channel);
            CheckSameLabels(label, validationData.Schema[CommonOptions.TargetColumnName], channel);
        }
        PredictionHead? initialHead = initial?.Head;
        int seed = CommonOptions.Seed ?? CommonOptions.FindCheckpoint()?.Seed ?? _seed;

        TrainingDataReader reader =
            new(CommonOptions, CreateLabelReader(label), layout, network.InputShape, cancellation, channel);
        TrainingData training = memory.Guard(() => reader.Read(trainData, "training"));
        TrainingData? validation = null;
        if (validationData is not null)
            validation = memory.Guard(() => reader.Read(validationData, "validation"));
        else if (CommonOptions.ValidationFraction > 0)
            (training, validation) = Split(training, seed, channel);

        LearningTask task = CreateTask(label, training, initialHead, channel);
        if (initialHead is not null && initialHead.GetType() != task.Head.GetType())
            throw new ArgumentOutOfRangeException(nameof(initialModel), "The initial model was trained for another task.");
        network = Complete(network, task.Head);
        scored = _scoredOutput.Of(network);
        TrainingOptions options = CommonOptions with
        {
            Loss = CommonOptions.Loss ?? task.Loss, Metrics = [.. CommonOptions.Metrics.Select(_scoredOutput.MetricOf)],
            TargetUnit = task.TargetUnit, Seed = seed, Callbacks = [new ContextCancellation(cancellation), .. CommonOptions.Callbacks],
            Warned = CommonOptions.Warned + (message => channel.Warning(MessageSensitivity.None, message)),
        };
        NetworkWeights? weights =
            memory.Guard(() => StartingWeights.Choose(
                initialModel, KnownClasses.Find(label, task.Head, initialHead), CommonOptions, network, scored, seed, channel));
        return new(
            network, CommonOptions.Engine ?? ManagedEngine.Default, task.TargetsOf(training),
            validation is null ? null : task.TargetsOf(validation), options, weights, task.Head, layout, memory);
    }

    private VectorDataViewType FeatureType(DataViewSchema schema) =>
        (VectorDataViewType)schema[CommonOptions.FeatureColumnName].Type;

    private void CheckSameFeatures(
        DataViewSchema training, DataViewSchema validation, FeatureLayout layout, IChannel channel)
    {
        string column = CommonOptions.FeatureColumnName;
        VectorDataViewType type = FeatureType(validation);
        // A model of bytes scores them as Single too; training measures itself on what it learns from.
        if (!type.ItemType.Equals(layout.Type.ItemType) || !layout.Fits(type))
            throw ColumnShapes.Mismatch(
                "feature", column, $"{layout.Type} in the validation data as in the training data", type.ToString()!);
        if (layout is KeySequenceLayout)
            CheckSameKeys(training[column], validation[column]);
        if (SlotNames.FirstDifference(training[column], validation[column]) is var (slot, expected, actual))
            channel.Warning(
                MessageSensitivity.Schema,
                "Slot {0} of the feature column '{1}' is '{2}' in the training data but '{3}' in the validation data: if they " +
                "are other features, or in another order, the validation's loss and metric mean nothing.",
                slot, column, expected, actual);
    }

    /// <exception cref="InvalidOperationException">A key stands for another word in the validation data.</exception>
    private static void CheckSameKeys(DataViewSchema.Column training, DataViewSchema.Column validation)
    {
        if (KeyValues.Of(training) is { } known && KeyValues.Of(validation) is { } values && values.FirstDifference(known) is int key)
            throw new InvalidOperationException(
                $"The feature column '{validation.Name}' of the validation data has other key values than that of the training " +
                $"data, or in another order: key {key} is '{values[key]}', in the training data '{known[key]}'. Map both with one " +
                "fitted transformer (mlContext.Transforms.Conversion.MapValueToKey, fitted on the training data).");
    }

    /// <summary>Says so where a score column takes the name of a column that the model is trained on: who looks for that one by
    /// its name behind the model finds the score. ML.NET's own trainers let it be, and so does this one, since features may well
    /// be the scores of another model.</summary>
    private void WarnOfHiddenColumns(IChannel channel)
    {
        foreach (string name in _scoreColumns)
        {
            if (name == CommonOptions.FeatureColumnName || name == CommonOptions.ExampleWeightColumnName)
                channel.Warning(
                    MessageSensitivity.Schema,
                    "The model adds a column '{0}', which hides the column of that name that it is trained on.", name);
        }
    }

    /// <param name="data">The training data.</param>
    /// <param name="outputs">The outputs that the task needs.</param>
    /// <param name="initial">How the features of the model to go on from lie; null when there is none, or it is unknown.</param>
    /// <param name="cancellation">Ends a search for the longest row.</param>
    private ChosenNetwork ChooseNetwork(IDataView data, int outputs, FeatureLayout? initial, FitCancellation cancellation)
    {
        VectorDataViewType features = FeatureType(data.Schema);
        if (!KeySequenceLayout.IsOfKeys(features))
            return ChosenNetwork.OfVector(CommonOptions, features, outputs, DefaultArchitecture, _scoredOutput);
        int length = CommonOptions.MaxLength ?? (initial as KeySequenceLayout)?.Width
            ?? SequenceLength.Find(data, data.Schema[CommonOptions.FeatureColumnName], cancellation);
        return ChosenNetwork.OfKeys(CommonOptions, features, length, outputs, _scoredOutput);
    }

    /// <summary>Checks the columns with the errors of ML.NET's own trainers.</summary>
    /// <returns>The label column.</returns>
    private SchemaShape.Column Check(SchemaShape schema)
    {
        ColumnShapes.FindFeatures(schema, CommonOptions.FeatureColumnName, TakesKeys);
        if (CommonOptions.ExampleWeightColumnName is string weightName)
            CheckType(
                "weight", [ColumnShapes.Scalar(weightName, NumberDataViewType.Single)],
                ColumnShapes.Find(schema, "weight", weightName));
        SchemaShape.Column label = ColumnShapes.Find(schema, "label", CommonOptions.TargetColumnName);
        if (LabelShapes.Count > 0)
            CheckType("label", LabelShapes, label);
        return label;
    }

    private static void CheckLabel(string name, IReadOnlyList<string> scoreColumns)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, nameof(SupervisedNetworkOptions.LabelColumnName));
        if (scoreColumns.Contains(name))
            throw new ArgumentOutOfRangeException(
                "options",
                $"The label column '{name}' has the name of a column that the model adds, which would hide it: metrics would " +
                "compare predictions with themselves. Copy the label to another name (mlContext.Transforms.CopyColumns).");
    }

    private static void CheckType(string role, IReadOnlyList<SchemaShape.Column> expected, SchemaShape.Column actual)
    {
        if (!expected.Any(shape => ColumnShapes.Fits(shape, actual)))
            throw ColumnShapes.Mismatch(
                role, actual.Name, string.Join(" or ", expected.Select(ColumnShapes.TypeName)), ColumnShapes.TypeName(actual));
    }
}
