using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests;

/// <summary>One task of the workout that every trainer goes through.</summary>
internal abstract class TaskCase
{
    private readonly Lazy<NeuralNetworkTransformer> _model;

    private protected TaskCase() => _model =
        new(() => Trainer(new MLContext(), options => options.Epochs = 3).Fit(Train));

    /// <summary>Every task, by name.</summary>
    public static IReadOnlyDictionary<string, TaskCase> All { get; } = new Dictionary<string, TaskCase>
    {
        ["binary"] = new BinaryCase(),
        ["multiclass with text keys"] = new MulticlassCase(TableColumn.TextAnnotation("KeyValues", "mixed", "below", "above")),
        ["multiclass with numeric keys"] =
            new MulticlassCase(TableColumn.Annotation("KeyValues", NumberDataViewType.Int32, 10, 20, 30)),
        ["multiclass without key values"] = new MulticlassCase(null),
        ["regression"] = new RegressionCase(),
        ["regression of a vector"] = new VectorRegressionCase(),
        ["several labels"] = new MultiLabelCase(),
        ["anomaly"] = new AnomalyCase(),
    };

    public static IEnumerable<object[]> Names => All.Keys.Select(name => new object[] { name });

    /// <summary>One task of each trainer of labels that are no vectors.</summary>
    public static IEnumerable<object[]> LabelledNames => [["binary"], ["multiclass with text keys"], ["regression"]];

    /// <summary>The same, and the one that has none.</summary>
    public static IEnumerable<object[]> TrainerNames => [["binary"], ["multiclass with text keys"], ["regression"], ["anomaly"]];

    public TableView Train => Table(new Points(1, 600));

    public TableView Test => Table(new Points(2, 300));

    /// <summary>A model trained for a few epochs, for tests that are not about learning. Nobody may dispose it.</summary>
    public NeuralNetworkTransformer Model => _model.Value;

    /// <summary>A column <c>Label</c> for the points.</summary>
    public abstract TableColumn Label(Points points);

    /// <summary>A trainer that learns the task in a second.</summary>
    public abstract NeuralNetworkTrainer Trainer(MLContext ml, Action<NeuralNetworkOptions>? configure = null);

    /// <summary>Accuracy (of all labels, where there are several), R² of the regression, or area under the curve of anomalies.</summary>
    public abstract double Quality(MLContext ml, IDataView scored);

    /// <summary>Names the label of options that have one.</summary>
    public static void SetLabel(NeuralNetworkOptions options, string column) =>
        ((SupervisedNetworkOptions)options).LabelColumnName = column;

    public TableView Table(Points points) => new(Label(points), points.NamedColumn);

    private protected static T Configure<T>(T options, Action<NeuralNetworkOptions>? configure)
        where T : NeuralNetworkOptions
    {
        options.Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, [16]);
        (options.Epochs, options.LearningRate, options.Seed) = (30, 0.01, 5);
        configure?.Invoke(options);
        return options;
    }

    private sealed class BinaryCase : TaskCase
    {
        public override TableColumn Label(Points points) =>
            TableColumn.Boolean("Label", points.Products.Select(product => product > 0));

        public override NeuralNetworkTrainer Trainer(MLContext ml, Action<NeuralNetworkOptions>? configure) =>
            ml.BinaryClassification.Trainers.NeuralNetwork(Configure(new NeuralNetworkBinaryTrainer.Options(), configure));

        public override double Quality(MLContext ml, IDataView scored) => ml.BinaryClassification.Evaluate(scored).Accuracy;
    }

    private sealed class MulticlassCase(DataViewSchema.Annotations? keyValues) : TaskCase
    {
        public override TableColumn Label(Points points) =>
            TableColumn.Key("Label", points.Classes.Select(value => value + 1), 3, keyValues);

        public override NeuralNetworkTrainer Trainer(MLContext ml, Action<NeuralNetworkOptions>? configure) =>
            ml.MulticlassClassification.Trainers.NeuralNetwork(
                Configure(new NeuralNetworkMulticlassTrainer.Options(), configure));

        public override double Quality(MLContext ml, IDataView scored) =>
            ml.MulticlassClassification.Evaluate(scored).MicroAccuracy;
    }

    private sealed class RegressionCase : TaskCase
    {
        // Far from zero and wide, so that a trainer that forgets to scale the label fails.
        public override TableColumn Label(Points points) =>
            TableColumn.Single("Label", points.Products.Select(product => 100 * product + 1000));

        public override NeuralNetworkTrainer Trainer(MLContext ml, Action<NeuralNetworkOptions>? configure) =>
            ml.Regression.Trainers.NeuralNetwork(Configure(new NeuralNetworkRegressionTrainer.Options(), configure));

        public override double Quality(MLContext ml, IDataView scored) => ml.Regression.Evaluate(scored).RSquared;
    }

    private sealed class VectorRegressionCase : TaskCase
    {
        // In three units, so that a trainer that scales all slots alike fails.
        public override TableColumn Label(Points points) => TableColumn.Vector(
            "Label", NumberDataViewType.Single,
            points.Features.Select(row => (float[])[100 * row[0] * row[1] + 1000, 0.01f * row[0] * row[1], row[0] + row[1]]), [3],
            annotations: TableColumn.TextAnnotation("SlotNames", "large", "small", "sum"));

        public override NeuralNetworkTrainer Trainer(MLContext ml, Action<NeuralNetworkOptions>? configure) =>
            ml.Regression.Trainers.NeuralNetwork(Configure(new NeuralNetworkRegressionTrainer.Options(), configure));

        public override double Quality(MLContext ml, IDataView scored) => ml.Regression.EvaluateMultiOutput(scored).RSquareds.Min();
    }

    private sealed class MultiLabelCase : TaskCase
    {
        public override TableColumn Label(Points points) => TableColumn.Vector(
            "Label", BooleanDataViewType.Instance,
            points.Features.Select(row => (bool[])[row[0] * row[1] > 0, row[0] > 0, row[0] + row[1] > 1]), [3],
            annotations: TableColumn.TextAnnotation("SlotNames", "alike", "right", "far"));

        public override NeuralNetworkTrainer Trainer(MLContext ml, Action<NeuralNetworkOptions>? configure) =>
            ml.MulticlassClassification.Trainers.MultiLabelNeuralNetwork(
                Configure(new NeuralNetworkMultiLabelTrainer.Options(), configure));

        public override double Quality(MLContext ml, IDataView scored) =>
            1 - ml.MulticlassClassification.EvaluateMultiLabel(scored).HammingLoss;
    }

    private sealed class AnomalyCase : TaskCase
    {
        // What lies far from the middle; no trainer sees it.
        public override TableColumn Label(Points points) =>
            TableColumn.Key("Label", points.Features.Select(row => row.Sum(value => value * value) > 2.6 ? 2u : 1), 2);

        public override NeuralNetworkTrainer Trainer(MLContext ml, Action<NeuralNetworkOptions>? configure) =>
            ml.AnomalyDetection.Trainers.Autoencoder(Configure(
                new AutoencoderTrainer.Options(), options =>
                {
                    options.Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, [1], new LeakyReLU());
                    configure?.Invoke(options);
                }));

        public override double Quality(MLContext ml, IDataView scored) =>
            ml.AnomalyDetection.Evaluate(scored).AreaUnderRocCurve;
    }
}
