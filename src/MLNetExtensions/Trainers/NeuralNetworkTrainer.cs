using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>
/// Trains a neural network as an ML.NET trainer. <c>Fit</c> keeps no state, so that cross-validation and AutoML can refit; what
/// the tasks differ in (label type, loss, score columns) is in the derived classes.
/// </summary>
public abstract class NeuralNetworkTrainer : ITrainerEstimator<NeuralNetworkTransformer, NetworkModel>
{
    private readonly IHost _host;
    private readonly NeuralNetworkOptions _options;

    /// <summary>The seed where the options name none: drawn from the context, once, so that fits don't depend on each
    /// other.</summary>
    private readonly int _seed;

    private protected NeuralNetworkTrainer(IHostEnvironment env, NeuralNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.LabelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(options.FeatureColumnName);
        ArgumentNullException.ThrowIfNull(options.Training);
        if (!(options.ValidationFraction is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(
                nameof(options), options.ValidationFraction, "ValidationFraction must be in [0, 1).");
        (_host, _options) = (env.Register(GetType().Name), options);
        _seed = _host.Rand.Next();
    }

    /// <summary>Tells pipelines that the trainer wants normalised features, and can use a validation
    /// set and a model to go on from.</summary>
    public TrainerInfo Info { get; } = MLNetInternals.TrainerInfo();

    /// <summary>What the label column must be.</summary>
    private protected abstract SchemaShape.Column LabelShape { get; }

    private protected abstract LabelReader LabelReader { get; }

    /// <summary>What the labels ask for: the head, the loss and the targets.</summary>
    /// <param name="label">The label column.</param>
    /// <param name="training">The rows.</param>
    /// <param name="initial">The head of the model to go on from; null when there is none, or it is unknown.</param>
    /// <exception cref="InvalidOperationException">The labels can't be learned from; the message names the column.</exception>
    private protected abstract LearningTask CreateTask(
        DataViewSchema.Column label, TrainingSet training, PredictionHead? initial);

    /// <summary>Throws when the network can't learn the task, though its shapes fit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It can't; the message says why and what to do.</exception>
    private protected virtual void Check(NetworkDefinition network)
    {
    }

    /// <summary>The columns that scoring will add.</summary>
    private protected abstract IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label);

    /// <summary>Throws when the options shape the task's own loss and replace it as well.</summary>
    /// <exception cref="ArgumentException">Both <paramref name="isShaped"/> and
    /// <see cref="TrainingOptions.Loss"/> is set.</exception>
    private protected static void RejectTwoLosses(NeuralNetworkOptions options, bool isShaped, string name)
    {
        if (isShaped && options.Training.Loss is { } loss)
            throw new ArgumentException(
                $"{name} shapes the task's own loss, but Training.Loss replaces it by {loss.GetType().Name}: " +
                "set one or the other.",
                nameof(options));
    }

    /// <summary>Trains on <paramref name="input"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">The data can't be learned from; the message
    /// names the column and the way out.</exception>
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
    /// file: more epochs, or new data. It is left as it was.</summary>
    /// <param name="trainData">The rows to learn from; prepared as those of the model were, by the same fitted
    /// transformers.</param>
    /// <param name="validationData">The rows to measure each epoch on; null for none.</param>
    /// <param name="initialModel">The model to start from.</param>
    /// <inheritdoc cref="Fit(IDataView, IDataView?, NetworkModel?)"/>
    public NeuralNetworkTransformer Fit(
        IDataView trainData, IDataView? validationData, NeuralNetworkTransformer initialModel)
    {
        ArgumentNullException.ThrowIfNull(initialModel);
        return Train(trainData, validationData, initialModel.Model, initialModel.Head);
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
        IDataView trainData, IDataView? validationData, NetworkModel? initialModel, PredictionHead? initialHead)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        Check(ColumnShapes.Of(trainData.Schema));
        if (validationData is not null)
            Check(ColumnShapes.Of(validationData.Schema));

        VectorDataViewType featureType = FeatureType(trainData.Schema);

        using IChannel channel = _host.Start("Training");
        TrainingSet training = Read(trainData, channel);
        LearningTask task = CreateTask(trainData.Schema[_options.LabelColumnName], training, initialHead);
        if (initialHead is not null && initialHead.GetType() != task.Head.GetType())
            throw new ArgumentOutOfRangeException(nameof(initialModel), "The initial model was trained for another task.");
        NetworkDefinition network = CreateNetwork(featureType, task.Head.Outputs);
        Check(network);
        TrainingOptions options = _options.Training with
        {
            Loss = _options.Training.Loss ?? task.Loss,
            TargetUnit = task.TargetUnit,
            Seed = _options.Training.Seed ?? _options.Training.Checkpoints?.Find()?.Seed ?? _seed,
        };
        NetworkWeights? weights = StartingWeights.Choose(initialModel, _options, network, options.Seed.Value, channel);
        TrainingData data = training.ToData(network.InputShape, task.Targets(training.Labels));
        TrainingData? validation = null;
        if (validationData is not null)
        {
            CheckSameFeatures(featureType, FeatureType(validationData.Schema));
            TrainingSet set = Read(validationData, channel);
            validation = set.ToData(network.InputShape, task.Targets(set.Labels));
        }
        else if (_options.ValidationFraction > 0)
        {
            (data, validation) = data.Split(_options.ValidationFraction, options.Seed.Value, task.Stratified);
        }

        using CancellationTokenSource cancellation = CancellationTokenSource.CreateLinkedTokenSource(_options.CancellationToken);
        INetworkEngine engine = _options.Engine ?? ManagedEngine.Default;
        channel.Info(
            MessageSensitivity.None, "Training {0} parameters on {1} examples with {2}.",
            network.ParameterCount, data.Count, engine.Name);
        TrainingResult result = NetworkTrainer.Fit(
            network, engine, data, validation, options, weights,
            new ChannelProgress(_host, channel, _options.Progress, cancellation), cancellation.Token);
        channel.Info(MessageSensitivity.None, "Trained {0} epochs: {1}.", result.History.Count, result.StopReason);
        return new(
            _host, result.Model, task.Head, _options.FeatureColumnName, featureType, ManagedEngine.Default, result.History);
    }

    private TrainingSet Read(IDataView data, IChannel channel)
    {
        DataViewSchema.Column? weight =
            _options.ExampleWeightColumnName is null ? null : data.Schema[_options.ExampleWeightColumnName];
        TrainingSet set = TrainingSet.Read(
            data, data.Schema[_options.FeatureColumnName], data.Schema[_options.LabelColumnName], weight, LabelReader,
            CheckAlive);
        if (set.Skipped > 0)
            channel.Warning(
                MessageSensitivity.None, "Skipped {0} rows with missing or infinite values in column '{1}'.",
                set.Skipped, _options.FeatureColumnName);
        return set;

        void CheckAlive()
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            MLNetInternals.CheckAlive(_host);
        }
    }

    private VectorDataViewType FeatureType(DataViewSchema schema)
    {
        VectorDataViewType type = (VectorDataViewType)schema[_options.FeatureColumnName].Type;
        return type.Size > 0
            ? type
            : throw ColumnShapes.Mismatch("feature", _options.FeatureColumnName, "a vector of known size", type.ToString()!);
    }

    private void CheckSameFeatures(VectorDataViewType training, VectorDataViewType validation)
    {
        if (validation.Size != training.Size)
            throw ColumnShapes.Mismatch(
                "feature", _options.FeatureColumnName, $"{training} in the validation data as in the training data",
                validation.ToString()!);
    }

    private NetworkDefinition CreateNetwork(VectorDataViewType features, int outputs)
    {
        string column = _options.FeatureColumnName;
        TensorShape shape = _options.InputShape ?? new([.. features.Dimensions]);
        if (shape.Size != features.Size)
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.InputShape),
                $"The feature column '{column}' is {features}, which can't be seen as {shape}.");
        NetworkDefinition network;
        try
        {
            network = (_options.Architecture ?? DefaultArchitecture)(shape, outputs);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentOutOfRangeException(
                $"The architecture can't be made for the feature column '{column}', seen as {shape}, and {outputs} outputs: " +
                e.Message, e);
        }
        if (network.InputShape.Size != features.Size || network.OutputShape.Size != outputs)
            throw new ArgumentOutOfRangeException(
                nameof(NeuralNetworkOptions.Architecture),
                $"The network goes from {network.InputShape} to {network.OutputShape}, but the feature column '{column}' is " +
                $"{features} and the task needs {outputs} outputs.");
        return network;
    }

    private static NetworkDefinition DefaultArchitecture(TensorShape inputShape, int outputs) =>
        FeedForward.Create(inputShape, outputs, [64, 32]);

    /// <summary>Checks the columns with the errors of ML.NET's own trainers.</summary>
    /// <returns>The label column.</returns>
    private SchemaShape.Column Check(SchemaShape schema)
    {
        SchemaShape.Column features = ColumnShapes.Find(schema, "feature", _options.FeatureColumnName);
        SchemaShape.Column singles = ColumnShapes.Vector(features.Name, NumberDataViewType.Single);
        SchemaShape.Column bytes = ColumnShapes.Vector(features.Name, NumberDataViewType.Byte);
        if (!ColumnShapes.Fits(singles, features) && !ColumnShapes.Fits(bytes, features))
            throw ColumnShapes.Mismatch(
                "feature", features.Name, ColumnShapes.TypeName(singles), ColumnShapes.TypeName(features));
        if (_options.ExampleWeightColumnName is string weightName)
            CheckType(
                "weight", ColumnShapes.Scalar(weightName, NumberDataViewType.Single),
                ColumnShapes.Find(schema, "weight", weightName));
        SchemaShape.Column label = ColumnShapes.Find(schema, "label", _options.LabelColumnName);
        CheckType("label", LabelShape, label);
        return label;
    }

    private static void CheckType(string role, SchemaShape.Column expected, SchemaShape.Column actual)
    {
        if (!ColumnShapes.Fits(expected, actual))
            throw ColumnShapes.Mismatch(role, actual.Name, ColumnShapes.TypeName(expected), ColumnShapes.TypeName(actual));
    }
}
