using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Anomalies;

/// <summary>Detecting anomalies: normal points lie on a curve, on which no plane lies, anomalies anywhere.</summary>
public sealed class AutoencoderTrainerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Tells_what_lies_off_the_curve_better_than_principal_components()
    {
        NeuralNetworkTransformer model = Trainer().Fit(Curve(1, 800));
        TableView test = Mixed();
        AnomalyDetectionMetrics metrics = _ml.AnomalyDetection.Evaluate(model.Transform(test));
        AnomalyDetectionMetrics plane = _ml.AnomalyDetection.Evaluate(
            _ml.AnomalyDetection.Trainers.RandomizedPca(rank: 1).Fit(Curve(1, 800)).Transform(test));
        Assert.InRange(metrics.AreaUnderRocCurve, 0.95, 1);
        Assert.True(metrics.AreaUnderRocCurve > plane.AreaUnderRocCurve + 0.05, $"{metrics.AreaUnderRocCurve}, {plane.AreaUnderRocCurve}");
        Assert.True(model.History[^1].Loss < 0.3 * model.History[0].Loss);
    }

    [Fact]
    public void The_short_overload_and_its_network()
    {
        NeuralNetworkTransformer model = _ml.AnomalyDetection.Trainers.Autoencoder(
            "Features", "Weight", falsePositiveRate: 0.2, numberOfEpochs: 1).Fit(Curve(1, 50, weights: 1));
        Assert.Equal(10.0 / 50, Share(model, Curve(1, 50)));
        Assert.Equal(new TensorShape(2), model.Model.Definition.ShapeOf("code"));
    }

    [Fact]
    public void The_score_is_the_mean_squared_error_of_what_the_network_gives_back()
    {
        TableView test = Mixed();
        NeuralNetworkTransformer model = Trainer(epochs: 2).Fit(Curve(1, 100));
        float[][] given = Values.Vectors<float>(
            _ml.Transforms.ApplyNeuralNetwork("Given", "Features", model.Model, layer: "decoder").Fit(test).Transform(test), "Given");
        float[] expected = [.. Values.Vectors<float>(test, "Features").Zip(
            given, (row, made) => row.Zip(made, (value, guess) => (value - guess) * (value - guess)).Average())];
        Values.Close(expected, Values.Floats(model.Transform(test)), 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void The_threshold_leaves_the_share_of_training_rows_above_it(double rate)
    {
        TableView train = Curve(1, 200);
        NeuralNetworkTransformer model = Trainer(2, options => options.FalsePositiveRate = rate).Fit(train);
        Assert.Equal(rate, Share(model, train), 1e-9);
        Assert.Contains(model.AnomalyThreshold!.Value, Values.Floats(model.Transform(train)));
    }

    [Fact]
    public void Of_the_validation_set_where_there_is_one()
    {
        TableView validation = Mixed();
        NeuralNetworkTransformer model = Trainer(2, options => options.FalsePositiveRate = 0.1).Fit(Curve(1, 200), validation);
        Assert.Equal(0.1, Share(model, validation), 1e-9);
        Assert.NotEqual(0.1, Share(model, Curve(1, 200)));
    }

    [Fact]
    public void Rows_count_by_their_weight()
    {
        // The second half counts nine times as much.
        TableView train = Curve(1, 200, weights: 9);
        NeuralNetworkTransformer model = Trainer(2, options =>
        {
            options.FalsePositiveRate = 0.25;
            options.ExampleWeightColumnName = "Weight";
        }).Fit(train);
        bool[] above = Values.Scalars<bool>(model.Transform(train), "PredictedLabel");
        double weight = above.Index().Sum(row => row.Item ? Weight(row.Index) : 0) / 1000;
        Assert.InRange(weight, 0.25 - 9.0 / 1000, 0.25);

        static double Weight(int row) => row < 100 ? 1 : 9;
    }

    [Fact]
    public void The_threshold_can_be_changed_and_is_saved()
    {
        NeuralNetworkTransformer model = Trainer(2).Fit(Curve(1, 200));
        NeuralNetworkTransformer strict = _ml.AnomalyDetection.ChangeModelThreshold(model, 0.5f);
        TableView test = Mixed();
        float[] scores = Values.Floats(model.Transform(test));
        Assert.Equal(scores, Values.Floats(strict.Transform(test)));
        Assert.Equal(scores.Select(score => score > 0.5f), Values.Scalars<bool>(strict.Transform(test), "PredictedLabel"));
        Assert.NotEqual(0.5f, model.AnomalyThreshold);
        using MemoryStream zip = new();
        _ml.Model.Save(strict, test.Schema, zip);
        zip.Position = 0;
        Assert.Equal(0.5f, Assert.IsType<NeuralNetworkTransformer>(new MLContext().Model.Load(zip, out _)).AnomalyThreshold);

        NeuralNetworkTransformer other = TaskCase.All["regression"].Model;
        Assert.Null(other.AnomalyThreshold);
        Assert.Contains("does not detect anomalies", Assert.Throws<ArgumentOutOfRangeException>(
            () => _ml.AnomalyDetection.ChangeModelThreshold(other, 1)).Message);
        foreach (float threshold in (float[])[float.NaN, float.PositiveInfinity])
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.AnomalyDetection.ChangeModelThreshold(model, threshold));
    }

    [Fact]
    public void Bytes_are_compared_as_the_network_normalises_them()
    {
        Random random = new(1);
        byte[][] images = [.. Enumerable.Range(0, 60).Select(row => Enumerable.Repeat((byte)(row * 4), 64).ToArray())];
        byte[][] noise = [.. Enumerable.Range(0, 20).Select(_ => new byte[64])];
        foreach (byte[] image in noise)
            random.NextBytes(image);
        NeuralNetworkTransformer model = Trainer(100, options =>
        {
            options.Architecture = (shape, _) => Autoencoder.CreateConvolutional(shape, 2, 4, new Normalize([0], [255]));
            options.TestTimeAugmentation = TestTimeAugmentation.HorizontalFlip;
            options.FalsePositiveRate = 0.1;
        }).Fit(Table(images));
        // The levels' variance is 1/12.
        Assert.InRange(Values.Floats(model.Transform(Table(images))).Average(), 0, 0.02);
        Assert.Equal(0.1, Share(model, Table(images)), 1e-9);
        Assert.Equal(1, Share(model, Table(noise)));

        static TableView Table(byte[][] rows) => new(TableColumn.Vector("Features", NumberDataViewType.Byte, rows, [1, 8, 8]));
    }

    [Fact]
    public void Sparse_features_give_what_the_same_values_give_with_their_zeros()
    {
        SparseText text = new(1, 100, width: 50);
        NeuralNetworkTransformer sparse = Trainer(2).Fit(new TableView(text.Sparse)), dense = Trainer(2).Fit(new TableView(text.Dense));
        Assert.Equal(dense.AnomalyThreshold, sparse.AnomalyThreshold);
        Assert.Equal(
            Values.Floats(dense.Transform(new TableView(text.Dense))), Values.Floats(sparse.Transform(new TableView(text.Sparse))));
    }

    [Fact]
    public void What_cannot_detect_anomalies_is_refused()
    {
        Assert.Contains("FalsePositiveRate", Made(options => options.FalsePositiveRate = 1));
        Assert.Contains("FalsePositiveRate", Made(options => options.FalsePositiveRate = double.NaN));
        Assert.Contains("CrossEntropyLoss is not a loss of anomaly detection", Made(options => options.Loss = new CrossEntropyLoss()));
        Assert.Contains("AccuracyMetric is not a metric of anomaly detection", Made(options => options.Metrics = [new AccuracyMetric()]));
        Assert.Contains("Concatenate", Made(options => options.FeatureColumnNames = ["one", "other"]));
        Assert.Contains("several inputs", Fitted(options => options.Architecture = (_, outputs) => NetworkDefinition.Build(network =>
        {
            string first = network.Input("first", new(1)), second = network.Input("second", new(2));
            network.Add(new Concat(), "all", first, second).Linear(outputs);
        })));
        Assert.Contains("task needs 3 outputs", Fitted(options => options.Architecture = (shape, _) => FeedForward.Create(shape, 1, [2])));

        string Made(Action<AutoencoderTrainer.Options> configure) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(1, configure)).Message;

        string Fitted(Action<AutoencoderTrainer.Options> configure) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(1, configure).Fit(Curve(1, 20))).Message;
    }

    private AutoencoderTrainer Trainer(int epochs = 60, Action<AutoencoderTrainer.Options>? configure = null)
    {
        AutoencoderTrainer.Options options = new()
        {
            Architecture = (shape, _) => Autoencoder.Create(shape, codeSize: 1, hiddenWidths: [32, 16]),
            Epochs = epochs, LearningRate = 5e-3, Seed = 3,
        };
        configure?.Invoke(options);
        return _ml.AnomalyDetection.Trainers.Autoencoder(options);
    }

    /// <summary>The share of rows that are predicted to be anomalies.</summary>
    private static double Share(NeuralNetworkTransformer model, IDataView rows) =>
        Values.Scalars<bool>(model.Transform(rows), "PredictedLabel").Average(value => value ? 1.0 : 0);

    private static TableView Curve(int seed, int count, float weights = 0)
    {
        TableColumn features = TableColumn.Vector("Features", NumberDataViewType.Single, OnCurve(seed, count));
        return weights == 0
            ? new(features)
            : new(features, TableColumn.Single("Weight", Enumerable.Range(0, count).Select(row => row < count / 2 ? 1 : weights)));
    }

    /// <summary>200 points of the curve and 50 anywhere, which are labelled.</summary>
    private static TableView Mixed()
    {
        float[][] anywhere = [.. new Points(7, 50).Features.Select(row => row[..3])];
        return new(
            TableColumn.Vector("Features", NumberDataViewType.Single, OnCurve(2, 200).Concat(anywhere)),
            TableColumn.Single("Label", Enumerable.Range(0, 250).Select(row => row < 200 ? 0f : 1)));
    }

    private static float[][] OnCurve(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float x = 2 * random.NextSingle() - 1;
            return new[] { x, 2 * x * x - 1, MathF.Sin(3 * x) };
        })];
    }
}
