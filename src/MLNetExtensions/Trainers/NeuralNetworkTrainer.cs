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
        options.CheckFeatureColumns();
        NeuralNetworkOptions copy = (NeuralNetworkOptions)options.Copy() with { FeatureColumnNames = [.. options.FeatureColumnNames] };
        (_host, CommonOptions, _scoreColumns) = (env.Register(GetType().Name), copy, scoreColumns);
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
        if (CommonOptions.FeatureColumnNames.Count > 0)
        {
            initialModel.Features.Find(trainData.Schema);
        }
        else if (trainData.Schema.GetColumnOrNull(CommonOptions.FeatureColumnName) is { Type: VectorDataViewType type } column
            && initialModel.Features.Type is VectorDataViewType known)
        {
            if (!type.ItemType.Equals(known.ItemType))
                throw ColumnShapes.Mismatch(
                    "feature", column.Name, $"{known.ItemType}s as the initial model was trained on", type.ToString()!);
            if (initialModel.Features.Columns is [{ Layout: var layout }])
                layout.CheckMeaning(column);
        }
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
            _host, _scoredOutput.Of(result.Model), fit.Head, fit.Features, ManagedEngine.Default, result.History,
            CommonOptions.TestTimeAugmentation);
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
        (NetworkDefinition network, NetworkDefinition scored, FeatureColumns features) = ChosenNetwork.For(
            CommonOptions, trainData, outputs, DefaultArchitecture, _scoredOutput, initial?.Features, cancellation);
        if (initial is not null && CommonOptions.FeatureColumnNames.Count > 0)
            CheckSameColumns(features, initial.Features);
        Check(scored);
        ImageViews.Check(CommonOptions.TestTimeAugmentation, network.InputShape);
        FeatureMemory memory = new(features.Names, network);
        memory.RequireWeights();
        if (validationData is not null)
        {
            ValidationFeatures.Check(features, trainData.Schema, validationData.Schema, channel);
            CheckSameLabels(label, validationData.Schema[CommonOptions.TargetColumnName], channel);
        }
        PredictionHead? initialHead = initial?.Head;
        int seed = CommonOptions.Seed ?? CommonOptions.FindCheckpoint()?.Seed ?? _seed;

        TrainingDataReader reader =
            new(CommonOptions, CreateLabelReader(label), features, network.InputShape, cancellation, channel);
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
            validation is null ? null : task.TargetsOf(validation), options, weights, task.Head, features, memory);
    }

    /// <summary>Weights fit by their names and shapes, which the columns behind each other don't change.</summary>
    private static void CheckSameColumns(FeatureColumns features, FeatureColumns initial)
    {
        if (features.Names != initial.Names)
            throw new ArgumentOutOfRangeException(
                "initialModel",
                $"The initial model takes the feature columns {initial.Names}, but the network to train {features.Names}: its weights " +
                $"would stand for other columns. Give {nameof(NeuralNetworkOptions.FeatureColumnNames)} in that order.");
    }

    /// <summary>Says so where a score column takes the name of a column that the model is trained on: who looks for that one by
    /// its name behind the model finds the score. ML.NET's own trainers let it be, and so does this one, since features may well
    /// be the scores of another model.</summary>
    private void WarnOfHiddenColumns(IChannel channel)
    {
        foreach (string name in _scoreColumns)
        {
            if (CommonOptions.AllFeatureColumns.Contains(name) || name == CommonOptions.ExampleWeightColumnName)
                channel.Warning(
                    MessageSensitivity.Schema,
                    "The model adds a column '{0}', which hides the column of that name that it is trained on.", name);
        }
    }

    /// <summary>Checks the columns with the errors of ML.NET's own trainers.</summary>
    /// <returns>The label column.</returns>
    private SchemaShape.Column Check(SchemaShape schema)
    {
        foreach (string name in CommonOptions.FeatureColumnNames)
            ColumnShapes.FindInput(schema, name);
        if (CommonOptions.FeatureColumnNames.Count == 0)
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
