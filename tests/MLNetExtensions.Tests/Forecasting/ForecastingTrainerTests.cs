using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Evaluation;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Forecasting;

/// <summary>The forecaster as a trainer of ML.NET, on two series that a linear model can foresee: one of tens, one of
/// thousandths.</summary>
public class ForecastingTrainerTests
{
    private const int Length = 24, Horizon = 6;

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Networks => ["default", "recurrent"];

    [Theory, MemberData(nameof(Networks))]
    public void Learns_each_series_in_its_unit(string network)
    {
        using NeuralNetworkTransformer model = Trainer(network).Fit(Windows(..400), Windows(400..500));
        ForecastingMetrics metrics = _ml.Forecasting.Evaluate(model.Transform(Windows(500..)));
        Assert.Equal(600 - 500 - Horizon + 1, metrics.Forecasts);
        // The variances are 50 and 50 millionths.
        Assert.InRange(metrics.MeanSquaredErrors[0], 0, 5);
        Assert.InRange(metrics.MeanSquaredErrors[1], 0, 5e-6);
        Assert.Equal(metrics.MeanSquaredErrors.Average(), metrics.MeanSquaredError);
        Assert.InRange(metrics.MeanAbsoluteErrors[0], 0, Math.Sqrt(metrics.MeanSquaredErrors[0]));
    }

    [Fact]
    public void Scores_are_forecasts_of_each_series()
    {
        IDataView windows = Windows(..);
        NeuralNetworkForecastingTrainer trainer = Trainer("default", epochs: 1);
        using NeuralNetworkTransformer model = trainer.Fit(windows);
        DataViewSchema.Column score = model.Transform(windows).Schema["Score"];
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2, Horizon), score.Type);
        ReadOnlyMemory<char> kind = default;
        score.Annotations.GetValue("ScoreColumnKind", ref kind);
        Assert.Equal("MultiOutputRegression", $"{kind}");
        SchemaShape.Column shape = trainer.GetOutputSchema(SchemaText.Shape(windows.Schema)).Single(column => column.Name == "Score");
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, shape.Kind);
    }

    [Fact]
    public void A_saved_model_forecasts_the_same()
    {
        using TempFolder folder = new();
        IDataView windows = Windows(..), last = Windows(^0.., horizon: 0);
        using NeuralNetworkTransformer model = Trainer("recurrent", epochs: 1).Fit(windows);
        _ml.Model.Save(model, windows.Schema, folder.File("model.zip"));
        ITransformer loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);
        Assert.Equal(model.Transform(last).GetColumn<float[]>("Score").Single(), loaded.Transform(last).GetColumn<float[]>("Score").Single());
        ((IDisposable)loaded).Dispose();
    }

    /// <summary>Mean and deviation are those of the windows that are trained on, and stay when training goes on elsewhere.</summary>
    [Fact]
    public void Standardisation_is_learned_on_the_training_part()
    {
        IDataView training = Windows(..200);
        using NeuralNetworkTransformer model = Trainer("default", epochs: 1).Fit(training, Windows(200..300));
        Normalize learned = Standardization(model);
        float[] first = [.. training.GetColumn<float[]>("Features").SelectMany(row => row[..Length])];
        Assert.Equal(first.Average(), learned.Mean[0], 1e-3);
        Assert.Equal(Math.Sqrt(first.Average(value => Math.Pow(value - first.Average(), 2))), learned.StandardDeviation[0], 1e-3);
        using NeuralNetworkTransformer further = Trainer("default", epochs: 1).Fit(Windows(300..), null, model);
        Assert.Equal(learned, Standardization(further));

        static Normalize Standardization(NeuralNetworkTransformer model) => (Normalize)model.Model.Definition.Nodes[0].Layer;
    }

    [Fact]
    public void Without_standardisation_the_network_sees_the_series()
    {
        using NeuralNetworkTransformer model = Trainer("default", 1, options => options.Standardize = false).Fit(Windows(..));
        Assert.DoesNotContain(model.Model.Definition.Nodes, node => node.Layer is Normalize);
    }

    /// <summary>Features as well as targets: what the weights know is in the units of the initial model.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void Going_on_keeps_the_units_of_the_initial_model(bool standardized)
    {
        using NeuralNetworkTransformer model =
            Trainer("default", 15, options => options.Standardize = standardized).Fit(Windows(..400));
        using NeuralNetworkTransformer further = Trainer("default", 1, options =>
        {
            options.Standardize = !standardized;
            options.LearningRate = 1e-9;
        }).Fit(Windows(..400), null, model);
        Assert.Equal(standardized, further.Model.Definition.Nodes.Any(node => node.Layer is Normalize));
        float[] expected = Values.Floats(model.Transform(Windows(500..))), actual = Values.Floats(further.Transform(Windows(500..)));
        Values.Close(expected, actual, 1e-3);
    }

    [Fact]
    public void A_model_of_other_series_is_named()
    {
        using NeuralNetworkTransformer one =
            Trainer("default", epochs: 1).Fit(_ml.Data.CreateWindows(Table(), ["tens"], Length, Horizon));
        Assert.Contains(
            "The initial model gives Vector<Single, 1, 6>, but the label column 'Label' is Vector<Single, 2, 6>", Assert.Throws<ArgumentOutOfRangeException>(
                () => Trainer("default", epochs: 1).Fit(Windows(..), null, one)).Message);
    }

    [Fact]
    public void A_constant_series_is_no_division_by_zero()
    {
        TableView table = new(TableColumn.Single("a", Enumerable.Repeat(3f, 60)), TableColumn.Single("b", Enumerable.Range(0, 60).Select(i => (float)i)));
        IDataView windows = _ml.Data.CreateWindows(table, ["a", "b"], Length, Horizon);
        using NeuralNetworkTransformer model = Trainer("default", epochs: 1).Fit(windows);
        Assert.All(model.Transform(windows).GetColumn<float[]>("Score").SelectMany(row => row), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Metrics_leave_out_what_has_no_forecast()
    {
        TableView scored = new(
            TableColumn.Vector("Label", NumberDataViewType.Single, [[1f, 2, 30, 40], [1, 2, 3, 4], [0, 0, 0, 0]], [2, 2]),
            TableColumn.Vector("Score", NumberDataViewType.Single, [[2f, 2, 27, 41], [float.NaN, 2, 3, 4], [1, -1, 0, 2]], [2, 2]));
        ForecastingMetrics metrics = _ml.Forecasting.Evaluate(scored);
        Assert.Equal((2, 1), (metrics.Forecasts, metrics.Skipped));
        Assert.Equal([0.75, 3.5], metrics.MeanSquaredErrors.ToArray());
        Assert.Equal([0.75, 1.5], metrics.MeanAbsoluteErrors.ToArray());
        Assert.Equal((2.125, 1.125), (metrics.MeanSquaredError, metrics.MeanAbsoluteError));
    }

    private NeuralNetworkForecastingTrainer Trainer(
        string network, int epochs = 15, Action<NeuralNetworkForecastingTrainer.Options>? configure = null)
    {
        NeuralNetworkForecastingTrainer.Options options = new() { Epochs = epochs, LearningRate = 5e-3, Seed = 1 };
        if (network == "recurrent")
            options.Architecture = (shape, outputs) =>
                RecurrentForecaster.Create(shape, outputs / shape.Channels, segmentLength: 6, hiddenSize: 16, dropout: 0);
        configure?.Invoke(options);
        return _ml.Forecasting.Trainers.NeuralNetwork(options);
    }

    private IDataView Windows(Range targets, int horizon = Horizon) =>
        _ml.Data.CreateWindows(Table(), ["tens", "thousandths"], Length, horizon, targets: targets);

    private static TableView Table()
    {
        float[] wave = [.. Enumerable.Range(0, 600).Select(step => MathF.Sin(step * 0.4f))];
        return new(
            TableColumn.Single("tens", wave.Select(value => 10 * value + 40)),
            TableColumn.Single("thousandths", wave.Select(value => 0.01f * value - 0.5f)));
    }
}
