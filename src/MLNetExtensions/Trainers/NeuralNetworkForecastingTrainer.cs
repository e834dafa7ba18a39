using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>Trains a neural network to forecast the next values of one or more series from a window of the last ones, by squared error
/// unless told otherwise. The windows are those of <c>mlContext.Data.CreateWindows</c>.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>label</term><description>vector of Single, [series×horizon]; rows with a value missing are skipped</description></item>
/// <item><term>features</term><description>vector of Single, [series×length]; rows with a value missing are skipped</description></item>
/// <item><term>normalisation wanted</term><description>no: series are standardised inside, by the mean and deviation of each in the
/// windows that are trained on</description></item>
/// <item><term>adds</term><description>Score (vector of Single, [series×horizon], in the units of the series)</description></item>
/// <item><term>history</term><description>losses and metrics of standardised values</description></item>
/// </list>
/// </remarks>
public sealed class NeuralNetworkForecastingTrainer : NeuralNetworkTrainer
{
    private readonly Options _options;

    /// <summary>The options of a forecaster. Without an architecture it is <see cref="DLinear"/>; one is made for
    /// [series×length] and series·horizon outputs: <c>(shape, outputs) => RecurrentForecaster.Create(shape, outputs /
    /// shape.Channels)</c>.</summary>
    public sealed record Options : SupervisedNetworkOptions
    {
        /// <summary>Whether the network sees and learns (value − mean) / deviation of each series, which makes training independent
        /// of units; scores are in the units of the series all the same. Mean and deviation are part of the model. A fit that
        /// goes on from a <see cref="NeuralNetworkTransformer"/> keeps those of that one, or does without where that one does.</summary>
        public bool Standardize { get; set; } = true;
    }

    internal NeuralNetworkForecastingTrainer(IHostEnvironment env, Options options)
        : base(env, options, RegressionHead.Columns, wantsNormalization: false)
    {
        if (options.FeatureColumnNames.Count > 0)
            throw new ArgumentException(
                "A forecaster takes one column of windows (FeatureColumnName), not several.", nameof(options));
        TaskRequirements.RequireNumbers(options, "forecasts");
        _options = (Options)CommonOptions;
    }

    private protected override IReadOnlyList<SchemaShape.Column> LabelShapes =>
        [ColumnShapes.Vector(_options.LabelColumnName, NumberDataViewType.Single)];

    private protected override bool TakesKeys => false;

    private protected override bool LearnsClasses => false;

    private protected override int OutputsFor(DataViewSchema.Column label) => ((VectorDataViewType)label.Type).Size;

    private protected override LabelReader CreateLabelReader(DataViewSchema.Column label) =>
        LabelReader.Vector(OutputsFor(label));

    private protected override NetworkDefinition DefaultArchitecture(TensorShape inputShape, int outputs) =>
        DLinear.Create(inputShape, outputs / inputShape.Channels);

    private protected override void CheckSameLabels(
        DataViewSchema.Column training, DataViewSchema.Column validation, IChannel channel) =>
        TaskRequirements.CheckSameSlots(training, validation);

    /// <summary>Says that windows drawn at random have neighbours that are trained on.</summary>
    private protected override (TrainingData Training, TrainingData Validation) Split(
        TrainingData data, int seed, IChannel channel)
    {
        channel.Warning(
            MessageSensitivity.None,
            "ValidationFraction keeps windows out at random. Where windows overlap, most of their values are in others that are " +
            "trained on, and the validation loss is too good: give Fit windows of later steps (targets of " +
            "mlContext.Data.CreateWindows).");
        return base.Split(data, seed, channel);
    }

    private protected override LearningTask CreateTask(
        DataViewSchema.Column label, TrainingData training, PredictionHead? initial, IChannel channel)
    {
        TensorShape window = training.FeatureShape;
        VectorDataViewType type = (VectorDataViewType)label.Type;
        if (window.Rank != 2 || type.Dimensions is not [int series, _] || series != window.Channels)
            throw ColumnShapes.Mismatch(
                "label", label.Name,
                $"a vector [{window.Channels}×horizon] for features {window} of [series×length] (mlContext.Data.CreateWindows)",
                $"{type}");
        if (initial is RegressionHead known)
            TaskRequirements.CheckInitialSlots(label, known.Type.Equals(type), $"{known.Type}", known.SlotNames);
        RegressionHead head = initial as RegressionHead ?? Standardization(training, type);
        return new(head, new MeanSquaredErrorLoss(), head.Standardize);
    }

    private protected override void Check(NetworkDefinition network)
    {
        if (_options.Standardize)
            TaskRequirements.RequireEveryNumber(network, "value", nameof(Options.Standardize));
    }

    /// <summary>Puts the standardisation of the series before the network.</summary>
    private protected override NetworkDefinition Complete(NetworkDefinition network, PredictionHead head)
    {
        RegressionHead forecast = (RegressionHead)head;
        if (!forecast.IsStandardized)
            return network;
        NetworkDefinition standardized = NetworkDefinition.Build(
            network.InputShape, layers => layers.Normalize(forecast.Offsets, forecast.Scales, "standardize").Add(network));
        return new(standardized.Inputs, standardized.Nodes, network.Outputs);
    }

    private protected override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) =>
    [
        ColumnShapes.Vector(PredictionHead.Score, NumberDataViewType.Single, annotations: ColumnShapes.ScoreAnnotations()),
    ];

    private RegressionHead Standardization(TrainingData training, VectorDataViewType type)
    {
        int series = type.Dimensions[0];
        float[] scales = new float[series], offsets = new float[series];
        Array.Fill(scales, 1);
        if (!_options.Standardize)
            return new(type, scales, offsets);

        int length = training.FeatureShape[1];
        float[] window = new float[series * length];
        double[] sums = new double[series], squares = new double[series];
        // About the first value, so that the squares of a series far from 0 don't cancel.
        training.CopyFeatures([0], window);
        float[] origins = [.. Enumerable.Range(0, series).Select(i => window[i * length])];
        for (int row = 0; row < training.Count; row++)
        {
            training.CopyFeatures([row], window);
            for (int i = 0; i < window.Length; i++)
            {
                double value = (double)window[i] - origins[i / length];
                sums[i / length] += value;
                squares[i / length] += value * value;
            }
        }
        double count = (double)training.Count * length;
        for (int i = 0; i < series; i++)
        {
            double mean = sums[i] / count, variance = Math.Max(0, squares[i] / count - mean * mean);
            offsets[i] = (float)(origins[i] + mean);
            // A constant series has nothing to scale.
            scales[i] = variance > 0 ? (float)Math.Sqrt(variance) : 1;
        }
        return new(type, scales, offsets);
    }
}
