using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>Trains an autoencoder on rows that are nearly all normal, and takes what it gives back badly for an anomaly (Sakurada
/// and Yairi, "Anomaly Detection Using Autoencoders with Nonlinear Dimensionality Reduction", 2014).</summary>
/// <remarks>
/// <list type="table">
/// <item><term>label</term><description>none; <c>mlContext.AnomalyDetection.Evaluate</c> wants one of Single or a key, 1 (or the
/// second key) for an anomaly</description></item>
/// <item><term>features</term><description>vector of Single, or of Byte (pixels), of known size; rows with
/// missing values are skipped</description></item>
/// <item><term>normalisation wanted</term><description>yes: a feature of larger numbers counts for more</description></item>
/// <item><term>adds</term><description>PredictedLabel (Boolean, whether Score is above the threshold), Score (Single, the mean of
/// the squared differences between the features and what the network makes of them)</description></item>
/// <item><term>history</term><description>mean scores</description></item>
/// </list>
/// </remarks>
public sealed class AutoencoderTrainer : NeuralNetworkTrainer
{
    /// <summary>The layer that compares.</summary>
    private const string Error = "reconstruction_error";

    private readonly Options _options;

    /// <summary>The options of an anomaly detector.</summary>
    /// <remarks>The <see cref="NeuralNetworkOptions.Architecture"/> goes from the features to as many outputs. Where it begins
    /// with a <see cref="Networks.Normalize"/> layer, its outputs are compared with what that makes of the features; a
    /// <see cref="Dropout"/> at its beginning makes it learn to restore what is missing (Vincent et al., "Extracting and
    /// Composing Robust Features with Denoising Autoencoders", 2008). The <see cref="TrainingOptions.Loss"/> compares scores with
    /// 0; without one their mean is minimised.</remarks>
    public sealed record Options : NeuralNetworkOptions
    {
        /// <summary>The default of <see cref="FalsePositiveRate"/>.</summary>
        public const double DefaultFalsePositiveRate = 0.05;

        /// <summary>The share of rows, each counted by its weight, whose score is to be above the threshold, in [0, 1): of the
        /// validation set where there is one, which tells more of rows to come, else of the rows trained on.</summary>
        public double FalsePositiveRate { get; set; } = DefaultFalsePositiveRate;
    }

    internal AutoencoderTrainer(IHostEnvironment env, Options options)
        : base(env, options, AnomalyHead.Columns)
    {
        if (!(options.FalsePositiveRate is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(
                nameof(options), options.FalsePositiveRate, "FalsePositiveRate must be in [0, 1).");
        if (options.FeatureColumnNames.Count > 0)
            throw new ArgumentOutOfRangeException(
                nameof(options),
                "FeatureColumnNames makes a network of several inputs, but an autoencoder has one, which it gives back. Join " +
                "the columns (mlContext.Transforms.Concatenate) and set FeatureColumnName.");
        TaskRequirements.RequireNumbers(options, "anomaly detection");
        _options = (Options)CommonOptions;
    }

    private protected override IReadOnlyList<SchemaShape.Column> LabelShapes => [];

    private protected override bool TakesKeys => false;

    private protected override bool LearnsClasses => false;

    private protected override int OutputsFor(DataViewSchema.Column label) => ((VectorDataViewType)label.Type).Size;

    private protected override LabelReader CreateLabelReader(DataViewSchema.Column label) => LabelReader.None;

    private protected override NetworkDefinition DefaultArchitecture(TensorShape inputShape, int outputs) =>
        Autoencoder.Create(inputShape, codeSize: (int)Math.Ceiling(Math.Sqrt(outputs)), hiddenWidths: [64]);

    private protected override void Check(NetworkDefinition network)
    {
        if (network.Inputs is not [{ VocabularySize: null }])
            throw new ArgumentOutOfRangeException(
                nameof(Options.Architecture),
                "The network has several inputs, or one of ids. An autoencoder takes one of numbers, which it gives back.");
    }

    private protected override LearningTask CreateTask(
        DataViewSchema.Column label, TrainingData training, PredictionHead? initial, IChannel channel) =>
        new(new AnomalyHead(float.PositiveInfinity), new L1Loss());

    /// <summary>Puts the comparison behind the network, so that an error is all that there is to store for a row.</summary>
    private protected override NetworkDefinition Complete(NetworkDefinition network, PredictionHead head)
    {
        string input = network.Inputs[0].Name;
        string expected = network.Nodes[0] is { Layer: Normalize } first ? first.Name : input;
        return NetworkDefinition.Build(builder =>
        {
            builder.Input(input, network.InputShape);
            builder.Add(network).From(network.Outputs[0].Node);
            if (!network.OutputShape.Equals(network.InputShape))
                builder.Add(new Reshape(network.InputShape), "reconstruction");
            builder.Add(new MeanSquaredDifference(), Error, expected, builder.Current);
        });
    }

    private protected override NeuralNetworkTransformer Calibrate(NeuralNetworkTransformer model, TrainingData rows)
    {
        float[] scores = model.Score(rows);
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderByDescending(row => scores[row])];
        double allowed = _options.FalsePositiveRate * order.Sum(row => (double)rows.Weight(row)), above = 0;
        // The first row that is too many to be above it.
        int first = Array.FindIndex(order, row => (above += rows.Weight(row)) > allowed);
        return model.WithHead(new AnomalyHead(scores[order[first]]));
    }

    private protected override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) =>
    [
        ColumnShapes.Scalar(
            PredictionHead.PredictedLabel, BooleanDataViewType.Instance, annotations: ColumnShapes.ScoreAnnotations()),
        ColumnShapes.Scalar(PredictionHead.Score, NumberDataViewType.Single, annotations: ColumnShapes.ScoreAnnotations()),
    ];
}
