using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Onnx;
using MLNetExtensions.Networks;
using MLNetExtensions.Tests.RealData;

namespace MLNetExtensions.Tests.Onnx;

/// <summary>Whole pipelines through ML.NET's converter to ONNX: ONNX Runtime gives what the model of the .zip gives.</summary>
public sealed class PipelineOnnxTests
{
    private const double Tolerance = 1e-5;

    /// <summary>Null is what the converter takes when it isn't told.</summary>
    public static IEnumerable<object?[]> TasksAndOpsets =>
        TaskCase.All.Keys.SelectMany(task => new int?[] { null, 9, 10, 11, 12 }, (task, opset) => new object?[] { task, opset });

    [Theory]
    [MemberData(nameof(TasksAndOpsets))]
    public void A_pipeline_scores_as_its_zip(string task, int? opset)
    {
        MLContext ml = new(seed: 1);
        ITransformer model = Zipped(ml, Preparation(ml).Append(Trainer(ml, task)), TaskCase.All[task].Train);
        Points points = WithGaps(4, 50);
        using OnnxScores onnx = OnnxScores.Of(OnnxScores.Convert(ml, model, new TableView(points.Column), opset), points);
        RequireEqual(model.Transform(new TableView(points.Column)), onnx);
    }

    [Theory]
    [MemberData(nameof(TaskCase.Names), MemberType = typeof(TaskCase))]
    public void A_row_with_missing_or_infinite_features_has_no_score(string task)
    {
        MLContext ml = new();
        Points points = new(5, 6);
        (points.Features[1][0], points.Features[3][2], points.Features[4][3]) =
            (float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        TableView view = new(points.Column);
        using OnnxScores onnx = OnnxScores.Of(OnnxScores.Convert(ml, TaskCase.All[task].Model, view), points);
        IDataView scored = TaskCase.All[task].Model.Transform(view);
        Assert.Contains(float.NaN, Values.Floats(scored));
        RequireEqual(scored, onnx);
    }

    [Theory]
    [MemberData(nameof(TaskCase.Names), MemberType = typeof(TaskCase))]
    public void The_model_comes_back_with_ApplyOnnxModel(string task)
    {
        MLContext ml = new(seed: 1);
        ITransformer model = Preparation(ml).Append(Trainer(ml, task)).Fit(TaskCase.All[task].Train);
        TableView view = new(WithGaps(6, 40).Column);
        using TempFolder folder = new();
        string path = folder.Write("model.onnx", OnnxScores.Convert(ml, model, view));
        using OnnxTransformer onnx = ml.Transforms.ApplyOnnxModel(["Score.output"], ["Features"], path).Fit(view);
        float[] scores = Values.Floats(model.Transform(view));
        Values.Close(
            scores, [.. Values.Vectors<float>(onnx.Transform(view), "Score").SelectMany(row => row)],
            Tolerance * Math.Max(1, scores.Max(Math.Abs)));
    }

    [Fact]
    public void Predicted_keys_become_the_labels_of_the_training_data()
    {
        MLContext ml = new();
        TaskCase task = TaskCase.All["multiclass with text keys"];
        ITransformer model = task.Model.Append(
            ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(task.Model.Transform(task.Test)));
        Points points = new(7, 60);
        TableView view = new(points.Column);
        using OnnxScores onnx = OnnxScores.Of(OnnxScores.Convert(ml, model, view), points);
        string[] labels =
            [.. Values.Scalars<ReadOnlyMemory<char>>(model.Transform(view), "PredictedLabel").Select(text => text.ToString())];
        Assert.Equal(labels, onnx.Texts("PredictedLabel"));
        Assert.True(labels.Distinct().Count() > 1);
    }

    [Fact]
    public void Two_networks_and_a_column_with_the_name_of_a_parameter()
    {
        MLContext ml = new(seed: 1);
        Points points = new(8, 200);
        TaskCase task = TaskCase.All["regression"];
        IEstimator<ITransformer> twice = ml.Transforms.CopyColumns("0.weight", "Features")
            .Append(task.Trainer(ml)).Append(ml.Transforms.CopyColumns("First", "Score"))
            .Append(task.Trainer(ml, options => options.Epochs = 1))
            .Append(ml.Transforms.CopyColumns("Copy", "0.weight"));
        ITransformer model = twice.Fit(task.Table(points));
        TableView view = new(points.Column);
        using OnnxScores onnx = OnnxScores.Of(OnnxScores.Convert(ml, model, view), points);
        IDataView scored = model.Transform(view);
        Assert.NotEqual(Values.Floats(scored, "First"), Values.Floats(scored));
        Values.Close(Values.Floats(scored, "First"), onnx.Values<float>("First"), 0.02);
        Values.Close(Values.Floats(scored), onnx.Values<float>("Score"), 0.02);
        Assert.Equal(points.Features.SelectMany(row => row), onnx.Values<float>("Copy"));
    }

    [Theory]
    [InlineData(new[] { 6, 4, 3 }, true)]
    [InlineData(new[] { 3, 6, 4 }, true)]
    [InlineData(new[] { 72 }, true)]
    [InlineData(new[] { 6, 4, 3 }, false)]
    [InlineData(new[] { 3, 6, 4 }, false)]
    public void Pixels_of_either_order_as_bytes_or_numbers(int[] dimensions, bool areBytes)
    {
        byte[] pixels = new byte[10 * 72];
        new Random(1).NextBytes(pixels);
        byte[][] rows = [.. pixels.Chunk(72)];
        MLContext ml = new(seed: 1);
        // Trained on interleaved pixels, scored in the order at hand.
        ITransformer model = ml.Regression.Trainers.NeuralNetwork(new()
        {
            Architecture = (shape, outputs) => NetworkDefinition.Build(shape, network => network
                .Normalize([120], [70]).Conv2d(4, 3).ReLU().AdaptiveAvgPool2d(2).Flatten().Linear(outputs)),
            InputShape = new(3, 6, 4), InterleavedPixels = true, Epochs = 1,
        }).Fit(new TableView(
            Features(dimensions.Length == 1 ? dimensions : [6, 4, 3]),
            TableColumn.Single("Label", rows.Select(row => (float)row[0]))));
        TableView view = new(Features(dimensions));
        byte[] file = OnnxScores.Convert(ml, model, view);
        using OnnxScores onnx = areBytes
            ? OnnxScores.Of(file, pixels, dimensions)
            : OnnxScores.Of(file, [.. pixels.Select(value => (float)value)], dimensions);
        RequireEqual(model.Transform(view), onnx);

        TableColumn Features(int[] dimensions) => areBytes
            ? TableColumn.Vector("Features", NumberDataViewType.Byte, rows, dimensions)
            : TableColumn.Vector(
                "Features", NumberDataViewType.Single, rows.Select(row => row.Select(value => (float)value).ToArray()),
                dimensions);
    }

    [Fact]
    public void A_layer_that_the_opset_lacks_is_named()
    {
        MLContext ml = new();
        ITransformer model = ml.Regression.Trainers.NeuralNetwork(new()
        {
            Architecture = (shape, outputs) => NetworkDefinition.Build(shape, network => network
                .Linear(4).Reshape(new(1, 2, 2)).Upsample(2, UpsampleMode.Bilinear, name: "larger").Flatten().Linear(outputs)),
            Epochs = 1,
        }).Fit(TaskCase.All["regression"].Train);
        TableView view = new(new Points(9, 5).Column);
        string message = Assert.Throws<NotSupportedException>(() => OnnxScores.Convert(ml, model, view, 10)).Message;
        Assert.Contains("'larger' (Upsample)", message);
        using OnnxScores onnx = OnnxScores.Of(OnnxScores.Convert(ml, model, view, 11), new Points(9, 5));
        RequireEqual(model.Transform(view), onnx);
    }

    [Fact]
    public void Features_of_a_step_that_can_not_be_converted_are_an_error()
    {
        MLContext ml = new();
        TaskCase task = TaskCase.All["binary"];
        ITransformer model = ml.Transforms.CustomMapping<PointRow, MadeRow>((from, to) => to.Made = from.Features, null)
            .Append(task.Trainer(ml, options => options.FeatureColumnName = "Made")).Fit(task.Train);
        string message = Assert.Throws<InvalidOperationException>(
            () => OnnxScores.Convert(ml, model, new TableView(new Points(9, 5).Column))).Message;
        Assert.Contains("column 'Made'", message);
    }

    [RealDataFact(Patients.File)]
    public void Diabetes()
    {
        MLContext ml = new(seed: 1);
        float[][] values = [.. File.ReadLines(RealDataFactAttribute.PathOf(Patients.File)).Skip(1).Select(Numbers)];
        foreach (float[] row in values)
        {
            foreach (int slot in Enumerable.Range(1, 5).Where(slot => row[slot] == 0))
                row[slot] = float.NaN;
        }
        TableColumn features = TableColumn.Vector("Features", NumberDataViewType.Single, values.Select(row => row[..8]));
        ITransformer model = Zipped(
            ml, Preparation(ml).Append(Patients.Network(ml)),
            new(features, TableColumn.Boolean("Label", values.Select(row => row[8] == 1))));
        TableView view = new(features);
        using OnnxScores onnx = OnnxScores.Of(
            OnnxScores.Convert(ml, model, view), [.. values.SelectMany(row => row[..8])], 8);
        RequireEqual(model.Transform(view), onnx);

        static float[] Numbers(string line) =>
            [.. line.Split(',').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
    }

    private static IEstimator<ITransformer> Preparation(MLContext ml) =>
        ml.Transforms.ReplaceMissingValues("Features", replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean)
            .Append(ml.Transforms.NormalizeMeanVariance("Features", fixZero: false));

    private static IEstimator<ITransformer> Trainer(MLContext ml, string task) =>
        TaskCase.All[task].Trainer(ml, options => options.Epochs = 3);

    /// <summary>The fitted pipeline as it comes from the .zip.</summary>
    private static ITransformer Zipped(MLContext ml, IEstimator<ITransformer> pipeline, TableView data)
    {
        using MemoryStream zip = new();
        ml.Model.Save(pipeline.Fit(data), data.Schema, zip);
        zip.Position = 0;
        return ml.Model.Load(zip, out _);
    }

    private static Points WithGaps(int seed, int count)
    {
        Points points = new(seed, count);
        for (int row = 0; row < count; row += 3)
            points.Features[row][row % Points.Width] = float.NaN;
        return points;
    }

    private static void RequireEqual(IDataView scored, OnnxScores onnx)
    {
        float[] scores = Values.Floats(scored);
        // A regression's scores have the size of its label.
        double largest = scores.Where(float.IsFinite).Max(score => Math.Abs((double)score));
        Values.Close(scores, onnx.Values<float>("Score"), Tolerance * Math.Max(1, largest));
        Assert.Equal(scored.Schema.GetColumnOrNull("Probability") is not null, onnx.Has("Probability"));
        if (onnx.Has("Probability"))
            Values.Close(Values.Floats(scored, "Probability"), onnx.Values<float>("Probability"), Tolerance);
        Assert.Equal(scored.Schema.GetColumnOrNull("PredictedLabel") is not null, onnx.Has("PredictedLabel"));
        if (!onnx.Has("PredictedLabel"))
            return;
        if (scored.Schema["PredictedLabel"].Type is BooleanDataViewType)
            Assert.Equal(Values.Scalars<bool>(scored, "PredictedLabel"), onnx.Values<bool>("PredictedLabel"));
        else if (scored.Schema["PredictedLabel"].Type is VectorDataViewType)
            Assert.Equal(Values.Vectors<bool>(scored, "PredictedLabel").SelectMany(row => row), onnx.Values<bool>("PredictedLabel"));
        else
            Assert.Equal(Values.Scalars<uint>(scored, "PredictedLabel"), onnx.Values<uint>("PredictedLabel"));
    }

    private sealed class MadeRow
    {
        [VectorType(Points.Width)]
        public float[] Made { get; set; } = [];
    }
}
