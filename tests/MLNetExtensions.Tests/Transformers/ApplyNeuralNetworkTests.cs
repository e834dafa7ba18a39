using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Transformers;

/// <summary>A network cut at a layer, as a step that gives features to other trainers.</summary>
public sealed class ApplyNeuralNetworkTests
{
    private const int Hidden = 16;

    /// <summary>A network that learned the products of <see cref="Points"/>: layers 0 (linear), 1 (ReLU) and 2
    /// (linear).</summary>
    private static readonly Lazy<NetworkModel> Trained =
        new(() => TaskCase.All["binary"].Trainer(new MLContext(seed: 1)).Fit(TaskCase.All["binary"].Train).Model);

    [Fact]
    public void The_column_has_the_values_of_the_layer()
    {
        MLContext ml = new();
        Points points = new(1, 300);
        TableView table = TaskCase.All["binary"].Table(points);
        IEstimator<NeuralNetworkTransformer> estimator =
            ml.Transforms.ApplyNeuralNetwork("Hidden", "Features", Trained.Value, "1");
        IDataView applied = estimator.Fit(table).Transform(table);

        DataViewSchema.Column column = applied.Schema["Hidden"];
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, Hidden), column.Type);
        Assert.Empty(column.Annotations.Schema);
        Assert.Equal(
            SchemaText.Of(SchemaText.Shape(applied.Schema)),
            SchemaText.Of(estimator.GetOutputSchema(SchemaText.Shape(table.Schema))));

        float[] weight = Trained.Value.Weights["0.weight"].Values, bias = Trained.Value.Weights["0.bias"].Values;
        float[][] hidden = Values.Vectors<float>(applied, "Hidden");
        Assert.Equal(points.Features.Length, hidden.Length);
        for (int row = 0; row < hidden.Length; row++)
        {
            for (int unit = 0; unit < Hidden; unit++)
            {
                double sum = bias[unit];
                for (int i = 0; i < Points.Width; i++)
                    sum += (double)weight[unit * Points.Width + i] * points.Features[row][i];
                Assert.Equal(Math.Max(0, sum), hidden[row][unit], 1e-5);
            }
        }
        Assert.Equal(points.Features, Values.Vectors<float>(applied, "Features"));
    }

    [Fact]
    public void A_linear_model_on_the_features_learns_what_it_can_not_by_itself_and_is_saved()
    {
        MLContext ml = new(seed: 1);
        TaskCase task = TaskCase.All["binary"];
        IEstimator<ITransformer> linear = ml.BinaryClassification.Trainers.SdcaLogisticRegression();
        IEstimator<ITransformer> onFeatures =
            ml.Transforms.ApplyNeuralNetwork("Features", "Features", Trained.Value, "1").Append(linear);
        ITransformer model = onFeatures.Fit(task.Train);
        Assert.InRange(task.Quality(ml, linear.Fit(task.Train).Transform(task.Test)), 0, 0.7);
        Assert.InRange(task.Quality(ml, model.Transform(task.Test)), 0.9, 1);

        using TempFolder folder = new();
        ml.Model.Save(model, new TableView(SecondProcess.Points.Column).Schema, folder.File("model.zip"));
        float[] byTransform = Predictions.ByTransform(model, SecondProcess.Points);
        float[] byEngine = Predictions.ByEngine(ml, model, SecondProcess.Points);
        Assert.Equal([Values.Bits(byTransform), Values.Bits(byEngine)], SecondProcess.Run([folder.File("model.zip")]));
        Values.Close([.. byEngine.Chunk(3).Select(row => row[0])], byTransform[..SecondProcess.Points.Features.Length], 1e-5);

        byte[] file = OnnxScores.Convert(ml, model, new TableView(SecondProcess.Points.Column));
        using OnnxScores onnx = OnnxScores.Of(file, SecondProcess.Points);
        Values.Close(byTransform[..SecondProcess.Points.Features.Length], onnx.Values<float>("Score"), 1e-5);
    }

    [Fact]
    public void The_whole_network_gives_its_outputs_and_a_missing_feature_a_missing_vector()
    {
        MLContext ml = new();
        Points points = new(2, 40);
        (points.Features[7][1], points.Features[20][3]) = (float.NaN, float.NegativeInfinity);
        TableView table = new(points.Column);
        float[] outputs = Values.Floats(
            ml.Transforms.ApplyNeuralNetwork("Outputs", "Features", Trained.Value).Fit(table).Transform(table), "Outputs");
        float[] expected = new float[points.Features.Length];
        using IInferenceSession session = ManagedEngine.Default.CreateInferenceSession(Trained.Value, expected.Length);
        session.Run([.. points.Features.SelectMany(row => row)], expected.Length, expected);
        (expected[7], expected[20]) = (float.NaN, float.NaN);
        Values.Close(expected, outputs, 1e-6);
    }

    [Fact]
    public void Two_networks_in_one_pipeline_keep_their_columns_when_loaded()
    {
        MLContext ml = new();
        TableView table = new(new Points(3, 30).Column);
        ITransformer model = ml.Transforms.ApplyNeuralNetwork("First", "Features", Trained.Value, "0")
            .Append(ml.Transforms.ApplyNeuralNetwork("Second", "Features", Trained.Value, "1")).Fit(table);
        using MemoryStream zip = new();
        ml.Model.Save(model, table.Schema, zip);
        zip.Position = 0;
        IDataView loaded = ml.Model.Load(zip, out _).Transform(table);
        Assert.Equal(["Features", "First", "Second"], loaded.Schema.Select(column => column.Name));
        foreach (string column in (string[])["First", "Second"])
            Assert.Equal(Values.Bits(Values.Floats(model.Transform(table), column)), Values.Bits(Values.Floats(loaded, column)));
        Assert.Equal(Values.Floats(loaded, "First").Select(value => Math.Max(0, value)), Values.Floats(loaded, "Second"));
    }

    [Fact]
    public void A_pretrained_network_takes_pixels_in_either_order()
    {
        MLContext ml = new();
        NetworkModel model = NetworkModel.LoadOnnx(PretrainedResNet.Path);
        float[][] images = PretrainedResNet.Images(2);
        int size = PretrainedResNet.Size, plane = size * size;
        float[][] interleaved =
            [.. images.Select(image => Enumerable.Range(0, image.Length).Select(i => image[i % 3 * plane + i / 3]).ToArray())];
        float[] fromPlanes = Features(images, [3, size, size]), fromPixels = Features(interleaved, [size, size, 3]);
        Assert.Equal(2 * PretrainedResNet.Features, fromPlanes.Length);
        Assert.Equal(Values.Bits(fromPlanes), Values.Bits(fromPixels));

        float[] Features(float[][] values, int[] dimensions)
        {
            TableView table = new(TableColumn.Vector("Pixels", NumberDataViewType.Single, values, dimensions));
            return Values.Floats(
                ml.Transforms.ApplyNeuralNetwork("Features", "Pixels", model).Fit(table).Transform(table), "Features");
        }
    }

    [Fact]
    public void What_does_not_fit_is_an_error_that_says_so()
    {
        MLContext ml = new();
        Points points = new(4, 5);
        Assert.Contains("no layer 'head'; it has 0, 1, 2", Assert.Throws<ArgumentException>(
            () => ml.Transforms.ApplyNeuralNetwork("Out", "Features", Trained.Value, "head")).Message);
        Refuse(
            "Could not find feature column 'Features'", TableColumn.Vector("Other", NumberDataViewType.Single, points.Features));
        Refuse("feature column 'Features': expected", TableColumn.Vector(
            "Features", NumberDataViewType.Double, points.Features.Select(row => row.Select(value => (double)value).ToArray())));
        Refuse("feature column 'Features': expected", TableColumn.Vector(
            "Features", NumberDataViewType.Single, points.Features, [0]));
        Refuse("can't be seen as [4]", TableColumn.Vector(
            "Features", NumberDataViewType.Single, points.Features.Select(row => row[..3])));

        void Refuse(string problem, TableColumn column) => Assert.Contains(problem, Assert.Throws<ArgumentOutOfRangeException>(
            () => ml.Transforms.ApplyNeuralNetwork("Out", "Features", Trained.Value).Fit(new TableView(column))).Message);
    }
}
