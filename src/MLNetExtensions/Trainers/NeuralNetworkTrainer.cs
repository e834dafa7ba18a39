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
    private readonly IHostEnvironment _env;
    private readonly NeuralNetworkOptions _options;

    private protected NeuralNetworkTrainer(IHostEnvironment env, NeuralNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.LabelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(options.FeatureColumnName);
        ArgumentNullException.ThrowIfNull(options.Training);
        if (!(options.ValidationFraction is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(
                nameof(options), options.ValidationFraction, "ValidationFraction must be in [0, 1).");
        (_env, _options) = (env, options);
    }

    /// <summary>Tells pipelines that the trainer wants normalised features, and can use a validation
    /// set and a model to go on from.</summary>
    public TrainerInfo Info { get; } = MLNetInternals.TrainerInfo();

    /// <summary>What the label column must be.</summary>
    private protected abstract SchemaShape.Column LabelShape { get; }

    private protected abstract LabelReader LabelReader { get; }

    /// <summary>What the labels ask for: the head, the loss and the targets.</summary>
    /// <exception cref="InvalidOperationException">The labels can't be learned from; the message names the column.</exception>
    private protected abstract LearningTask CreateTask(DataViewSchema.Column label, TrainingSet training);

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
    public NeuralNetworkTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains on <paramref name="trainData"/>, measuring each epoch on <paramref name="validationData"/> (early
    /// stopping, best weights) and starting from the weights of <paramref name="initialModel"/>, where given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or the
    /// initial model is another network.</exception>
    /// <exception cref="InvalidOperationException">The data can't be learned from; the message
    /// names the column and the way out.</exception>
    public NeuralNetworkTransformer Fit(IDataView trainData, IDataView? validationData, NetworkModel? initialModel = null)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        Check(ColumnShapes.Of(trainData.Schema));
        if (validationData is not null)
            Check(ColumnShapes.Of(validationData.Schema));

        VectorDataViewType featureType = FeatureType(trainData.Schema);

        IHost host = _env.Register(GetType().Name);
        using IChannel channel = host.Start("Training");
        TrainingSet training = Read(trainData, host, channel);
        LearningTask task = CreateTask(trainData.Schema[_options.LabelColumnName], training);
        NetworkDefinition network = CreateNetwork(featureType, task.Head.Outputs);
        CheckInitialModel(initialModel, network);
        TrainingData data = training.ToData(network.InputShape, task.Targets(training.Labels));
        TrainingData? validation = null;
        if (validationData is not null)
        {
            CheckSameFeatures(featureType, FeatureType(validationData.Schema));
            TrainingSet set = Read(validationData, host, channel);
            validation = set.ToData(network.InputShape, task.Targets(set.Labels));
        }
        else if (_options.ValidationFraction > 0)
        {
            (data, validation) = data.Split(_options.ValidationFraction, _options.Training.Seed, task.Stratified);
        }

        using CancellationTokenSource cancellation = CancellationTokenSource.CreateLinkedTokenSource(_options.CancellationToken);
        INetworkEngine engine = _options.Engine ?? ManagedEngine.Default;
        channel.Info(
            MessageSensitivity.None, "Training {0} parameters on {1} examples with {2}.",
            network.ParameterCount, data.Count, engine.Name);
        TrainingResult result = NetworkTrainer.Fit(
            network, engine, data, validation, _options.Training with { Loss = _options.Training.Loss ?? task.Loss },
            initialModel?.Weights, new ChannelProgress(host, channel, _options.Progress, cancellation), cancellation.Token);
        channel.Info(MessageSensitivity.None, "Trained {0} epochs: {1}.", result.History.Count, result.StopReason);
        return new(host, result.Model, task.Head, _options.FeatureColumnName, featureType, ManagedEngine.Default, result.History);
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

    private TrainingSet Read(IDataView data, IHost host, IChannel channel)
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
            MLNetInternals.CheckAlive(host);
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

    private static void CheckInitialModel(NetworkModel? initialModel, NetworkDefinition network)
    {
        try
        {
            initialModel?.Weights.CheckFits(network);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentOutOfRangeException($"The initial model is not of the network to train: {e.Message}", e);
        }
    }

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
