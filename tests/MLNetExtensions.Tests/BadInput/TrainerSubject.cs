using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>A trainer that goes through the bad input that all share. The columns are <c>Features</c>, of <see cref="Points"/>,
/// and <c>Label</c>.</summary>
/// <param name="name">The task.</param>
/// <param name="create">Makes the trainer.</param>
/// <param name="label">A column of labels for points.</param>
/// <param name="labelType">The label's type, as messages write it; null where the trainer looks at no label.</param>
/// <param name="dimensions">Those of the feature column.</param>
internal sealed class TrainerSubject(
    string name, Func<MLContext, Action<NeuralNetworkOptions>?, NeuralNetworkTrainer> create, Func<Points, TableColumn> label,
    string? labelType, params int[] dimensions)
{
    private static readonly Points Few = new(1, 30);

    /// <summary>Every trainer.</summary>
    public static IReadOnlyList<TrainerSubject> All { get; } =
    [
        OfTask("binary", "Boolean"), OfTask("multiclass with text keys", "Key<UInt32>"),
        OfTask("regression", "Single or Vector<Single>"), OfTask("regression of a vector", "Single or Vector<Single>"),
        OfTask("several labels", "Vector<Boolean> or Vector<Single>"), OfTask("anomaly", null),
        new("forecasting", Forecaster, points => TableColumn.Vector(
            "Label", NumberDataViewType.Single, points.Products.Select(product => new[] { product, -product }), [1, 2]),
            "Vector<Single>", 1, Points.Width),
    ];

    private readonly Lazy<NeuralNetworkTransformer> _model = new(
        () => create(new(), options => options.Epochs = 1).Fit(new TableView(label(Few), Column(Few.Features, dimensions))));

    public string Name => name;

    public string? LabelType => labelType;

    /// <summary>A trained model.</summary>
    public NeuralNetworkTransformer Model => _model.Value;

    public NeuralNetworkTrainer Create(MLContext ml, Action<NeuralNetworkOptions>? configure) => create(ml, configure);

    public TableColumn Label(Points points) => label(points);

    public TableColumn Features(Points points) => Column(points.Features, dimensions);

    public TableView Table(Points points) => new(Label(points), Features(points));

    private static TableColumn Column(float[][] rows, int[] dimensions) =>
        TableColumn.Vector("Features", NumberDataViewType.Single, rows, dimensions);

    private static TrainerSubject OfTask(string task, string? labelType) =>
        new(task, TaskCase.All[task].Trainer, TaskCase.All[task].Label, labelType, Points.Width);

    private static NeuralNetworkForecastingTrainer Forecaster(MLContext ml, Action<NeuralNetworkOptions>? configure)
    {
        NeuralNetworkForecastingTrainer.Options options = new() { Epochs = 1, Seed = 5 };
        configure?.Invoke(options);
        return ml.Forecasting.Trainers.NeuralNetwork(options);
    }
}
