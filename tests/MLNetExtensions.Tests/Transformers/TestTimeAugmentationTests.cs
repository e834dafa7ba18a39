using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Transformers;

/// <summary>Scores that are means over views of an image.</summary>
public sealed class TestTimeAugmentationTests
{
    private const int Height = 4, Width = 5, Count = 30;

    private static readonly float[][] Images = [.. RandomImages(Count)];

    public static TheoryData<TestTimeAugmentation> Augmentations =>
    [
        TestTimeAugmentation.HorizontalFlip, TestTimeAugmentation.VerticalFlip,
        TestTimeAugmentation.HorizontalFlip | TestTimeAugmentation.VerticalFlip,
    ];

    [Theory]
    [MemberData(nameof(Augmentations))]
    public void Classes_get_the_mean_probability_of_all_views(TestTimeAugmentation augmentation)
    {
        NeuralNetworkTransformer plain = Multiclass(TestTimeAugmentation.None), views = Multiclass(augmentation);
        Assert.Equal(augmentation, views.TestTimeAugmentation);
        float[][][] scores = [.. Views(augmentation).Select(images => Values.Vectors<float>(plain.Transform(Table(images)), "Score"))];
        float[][] actual = Values.Vectors<float>(views.Transform(Table(Images)), "Score");
        for (int row = 0; row < Count; row++)
            Values.Close([.. Enumerable.Range(0, 3).Select(i => scores.Average(view => view[row][i]))], actual[row], 1e-6);
        Assert.NotEqual(scores[0][0][0], actual[0][0], 1e-4);
    }

    [Fact]
    public void Two_classes_get_the_logit_of_the_mean_probability()
    {
        NeuralNetworkTransformer plain = Binary(TestTimeAugmentation.None), views = Binary(TestTimeAugmentation.HorizontalFlip);
        float[] expected =
        [
            .. Values.Floats(plain.Transform(Table(Images)), "Probability")
                .Zip(Values.Floats(plain.Transform(Table([.. Images.Select(MirrorRows)])), "Probability"), (a, b) => (a + b) / 2),
        ];
        IDataView scored = views.Transform(Table(Images));
        Values.Close(expected, Values.Floats(scored, "Probability"), 1e-6);
        Assert.Equal(
            Values.Floats(scored).Select(score => score > 0), Values.Scalars<bool>(scored, "PredictedLabel"));
    }

    [Fact]
    public void Sure_scores_are_finite()
    {
        NeuralNetworkTransformer views =
            Binary(TestTimeAugmentation.HorizontalFlip, (shape, outputs) => FeedForward.Create(shape, outputs, []));
        // Symmetric, so that both views are sure of the same.
        float[][] bright = [.. Images.Select(image => image.Zip(MirrorRows(image), (a, b) => 1e5f * (a + b)).ToArray())];
        float[][] inverted = [.. bright.Select(image => Array.ConvertAll(image, value => -value))];
        float[] scores = Values.Floats(views.Transform(Table([.. bright, .. inverted])));
        Assert.All(scores, score => Assert.True(float.IsFinite(score)));
        Assert.Contains(scores, score => score > 16);
        Assert.Contains(scores, score => score < -100);
    }

    [Fact]
    public void A_saved_model_scores_the_same_views_row_by_row_too()
    {
        MLContext ml = new(1);
        NeuralNetworkTransformer model = Multiclass(TestTimeAugmentation.HorizontalFlip);
        using TempFolder folder = new();
        string path = folder.File("model.zip");
        ml.Model.Save(model, Table(Images).Schema, path);
        ITransformer loaded = new MLContext().Model.Load(path, out _);
        float[] expected = Values.Floats(model.Transform(Table(Images)));
        Assert.Equal(Values.Bits(expected), Values.Bits(Values.Floats(loaded.Transform(Table(Images)))));
        using PredictionEngine<ImageRow, MulticlassPrediction> engine =
            ml.Model.CreatePredictionEngine<ImageRow, MulticlassPrediction>(loaded);
        Values.Close(expected, [.. Images.SelectMany(image => engine.Predict(new() { Features = image }).Score)], 1e-6);
        // An image and its mirror image are the same to the model.
        Values.Close(expected, Values.Floats(model.Transform(Table([.. Images.Select(MirrorRows)]))), 1e-6);
    }

    [Fact]
    public void Rows_of_a_table_have_no_views()
    {
        Points points = new(1, 20);
        TableView table = new(TableColumn.Single("Label", points.Products), points.Column);
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() => new MLContext().Regression.Trainers
            .NeuralNetwork(new NeuralNetworkRegressionTrainer.Options { TestTimeAugmentation = TestTimeAugmentation.VerticalFlip })
            .Fit(table));
        Assert.Contains("needs a network of images", e.Message);
    }

    private static NeuralNetworkTransformer Multiclass(TestTimeAugmentation augmentation) =>
        new MLContext(1).MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
        {
            Epochs = 3, Seed = 1, LearningRate = 0.02, Architecture = Network, TestTimeAugmentation = augmentation,
        }).Fit(Table(Images));

    private static NeuralNetworkTransformer Binary(TestTimeAugmentation augmentation, NetworkArchitecture? architecture = null) =>
        new MLContext(1).BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
        {
            LabelColumnName = "IsFirst", Epochs = 3, Seed = 1, LearningRate = 0.02, Architecture = architecture ?? Network,
            TestTimeAugmentation = augmentation,
        }).Fit(Table(Images));

    private static NetworkDefinition Network(TensorShape shape, int outputs) =>
        NetworkDefinition.Build(shape, network => network.Conv2d(4, 3, padding: 1).ReLU().Flatten().Linear(outputs));

    private static TableView Table(float[][] images) => new(
        TableColumn.Key("Label", Enumerable.Range(0, images.Length).Select(i => (uint)(i % 3) + 1), 3),
        TableColumn.Boolean("IsFirst", Enumerable.Range(0, images.Length).Select(i => i % 3 == 0)),
        TableColumn.Vector("Features", NumberDataViewType.Single, images, [2, Height, Width]));

    private static IEnumerable<float[][]> Views(TestTimeAugmentation augmentation)
    {
        yield return Images;
        if (augmentation.HasFlag(TestTimeAugmentation.HorizontalFlip))
            yield return [.. Images.Select(MirrorRows)];
        if (augmentation.HasFlag(TestTimeAugmentation.VerticalFlip))
            yield return [.. Images.Select(TurnUpsideDown)];
        if (augmentation == (TestTimeAugmentation.HorizontalFlip | TestTimeAugmentation.VerticalFlip))
            yield return [.. Images.Select(MirrorRows).Select(TurnUpsideDown)];
    }

    private static float[] MirrorRows(float[] image) => [.. image.Chunk(Width).SelectMany(row => row.Reverse())];

    private static float[] TurnUpsideDown(float[] image) =>
        [.. image.Chunk(Height * Width).SelectMany(plane => plane.Chunk(Width).Reverse().SelectMany(row => row))];

    private static IEnumerable<float[]> RandomImages(int count)
    {
        Random random = new(5);
        for (int i = 0; i < count; i++)
            yield return [.. Enumerable.Range(0, 2 * Height * Width).Select(_ => 2 * random.NextSingle() - 1)];
    }

    private sealed class ImageRow
    {
        [VectorType(2, Height, Width)]
        public float[] Features { get; set; } = [];
    }
}
