using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Networks whose inputs lie behind each other in the feature column, and networks with several outputs: the first part
/// of the loss is of the one to score, the others help to train it.</summary>
public sealed class SeveralInputsAndOutputsTests
{
    /// <summary>The loss of each task.</summary>
    private static readonly Dictionary<string, Loss> Losses = new()
    {
        ["binary"] = new BinaryCrossEntropyLoss(),
        ["multiclass with text keys"] = new CrossEntropyLoss(),
        ["regression"] = new MeanSquaredErrorLoss(),
    };

    [Theory]
    [MemberData(nameof(TaskCase.LabelledNames), MemberType = typeof(TaskCase))]
    public void The_model_is_the_scored_output_as_it_was_trained_beside_the_others(string task)
    {
        TaskCase @case = TaskCase.All[task];
        MLContext ml = new();
        NeuralNetworkTransformer model = Fit(auxiliaryWeight: 0.3), alone = Fit(auxiliaryWeight: 0);
        Assert.Equal(["main"], model.Model.Definition.Outputs.Select(output => output.Name));
        Assert.Equal(
            ["shared.weight", "shared.bias", "head.weight", "head.bias"], model.Model.Weights.Select(pair => pair.Key));
        Assert.True(@case.Quality(ml, model.Transform(@case.Test)) > 0.9);
        // The others have a say in the layers that they share.
        Assert.NotEqual(
            alone.Model.Weights["shared.weight"].Values, model.Model.Weights["shared.weight"].Values);

        using TempFolder folder = new();
        ml.Model.Save(model, @case.Train.Schema, folder.File("model.zip"));
        Assert.Equal(
            Values.Floats(model.Transform(@case.Test)),
            Values.Floats(ml.Model.Load(folder.File("model.zip"), out _).Transform(@case.Test)));

        NeuralNetworkTransformer Fit(double auxiliaryWeight) => @case.Trainer(ml, options =>
        {
            options.Architecture = TwoHeads;
            options.Loss = CompositeLoss.WithAuxiliaries(Losses[task], auxiliaryWeight, "main", "other");
        }).Fit(@case.Train);
    }

    [Theory]
    [MemberData(nameof(TaskCase.LabelledNames), MemberType = typeof(TaskCase))]
    public void Metrics_are_of_the_scored_output_and_losses_in_the_labels_unit(string task)
    {
        TaskCase @case = TaskCase.All[task];
        MLContext ml = new();
        TrainingMetric? given = task == "multiclass with text keys" ? new AccuracyMetric() : null;
        NeuralNetworkTransformer model = @case.Trainer(ml, options =>
        {
            options.Architecture = TwoHeads;
            options.Loss = CompositeLoss.WithAuxiliaries(Losses[task], 0, "main", "other");
            options.Metrics = given is null ? [] : [given];
        }).Fit(@case.Train, @case.Test);
        EpochRecord last = model.History[^1];
        IDataView scored = model.Transform(@case.Test);
        if (task == "regression")
        {
            Assert.Equal("main mean absolute error", model.History.MetricName);
            RegressionMetrics metrics = ml.Regression.Evaluate(scored);
            Assert.Equal(metrics.MeanAbsoluteError, last.ValidationMetric!.Value, 1e-3 * metrics.MeanAbsoluteError);
            Assert.Equal(metrics.MeanSquaredError, last.ValidationLoss!.Value, 1e-3 * metrics.MeanSquaredError);
        }
        else
        {
            Assert.Equal("main accuracy", model.History.MetricName);
            Assert.Equal(@case.Quality(ml, scored), last.ValidationMetric!.Value, 1e-6);
        }
    }

    [Fact]
    public void A_fit_goes_on_from_a_model_that_was_saved_without_the_other_outputs()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        NeuralNetworkTrainer Trainer(Action<NeuralNetworkOptions> configure) => @case.Trainer(new MLContext(), options =>
        {
            options.Architecture = TwoHeads;
            options.Loss = CompositeLoss.WithAuxiliaries(new CrossEntropyLoss(), 0.3, "main", "other");
            configure(options);
        });
        NeuralNetworkTransformer first = Trainer(options => options.Epochs = 10).Fit(@case.Train);
        NeuralNetworkTrainer still = Trainer(options =>
            (options.Epochs, options.Optimizer, options.LearningRate) = (1, new Sgd(), 1e-30));
        Assert.Equal(
            Values.Floats(first.Transform(@case.Test)),
            Values.Floats(still.Fit(@case.Train, null, first).Transform(@case.Test)));
    }

    /// <summary>Whether an image is dark or bright, by GoogLeNet and its two auxiliary classifiers.</summary>
    [Fact]
    public void GoogLeNet_trains_with_its_auxiliary_classifiers()
    {
        MLContext ml = new();
        Random random = new(1);
        byte[][] images = [.. Enumerable.Range(0, 16).Select(row => Enumerable.Range(0, 3 * 32 * 32)
            .Select(_ => (byte)(random.Next(100) + row % 2 * 150)).ToArray())];
        TableView table = new(
            TableColumn.Key("Label", images.Select((_, row) => row % 2 == 0 ? 1u : 2u), 2),
            TableColumn.Vector("Features", NumberDataViewType.Byte, images));
        NetworkDefinition? trained = null;
        NeuralNetworkTransformer model = ml.MulticlassClassification.Trainers.NeuralNetwork(new()
        {
            InputShape = new(3, 32, 32),
            Architecture = (shape, classes) => trained = Inception.CreateWithAuxiliaries(
                classes, shape, dropout: 0, new Normalize([127.5f, 127.5f, 127.5f], [127.5f, 127.5f, 127.5f]),
                auxiliaryDropout: 0, smallImages: true),
            Loss = Inception.Loss(),
            Epochs = 5,
            BatchSize = 8,
            LearningRate = 1e-3,
            Seed = 1,
        }).Fit(table);
        NetworkDefinition scored = Inception.Create(
            2, new(3, 32, 32), dropout: 0, new Normalize([127.5f, 127.5f, 127.5f], [127.5f, 127.5f, 127.5f]), smallImages: true);
        Assert.Equal(3, trained!.Outputs.Length);
        Assert.Equal([Inception.Logits], model.Model.Definition.Outputs.Select(output => output.Name));
        Assert.Equal(
            scored.Parameters.Select(spec => spec.Name).Order(), model.Model.Weights.Select(pair => pair.Key).Order());
        Assert.True(model.History[^1].Loss < model.History[0].Loss);
        // The main loss begins near log 2, and the others add 0.3 times as much each.
        Assert.InRange(model.History[0].Loss, 0.2, 4);
    }

    /// <summary>Whether a word occurs in a text before its padding, whatever the numbers beside it.</summary>
    [Fact]
    public void Words_with_a_mask_and_numbers_are_two_inputs()
    {
        const int Words = 6, Vocabulary = 8, Sought = 3;
        MLContext ml = new();
        TableView train = Table(1, 300), test = Table(2, 100);
        NeuralNetworkTransformer model = ml.BinaryClassification.Trainers.NeuralNetwork(new()
        {
            Architecture = (_, outputs) => NetworkDefinition.Build(network =>
            {
                string words = network.InputIds("words", new(Words), Vocabulary), author = network.Input("author", new(2));
                string mask = network.From(words).PaddingMask().Current;
                string text = network.From(words).Embedding(Vocabulary, 8).GRU(8, mask: mask).PoolOverTime(mask: mask).Current;
                network.Add(new Concat(), "both", text, author).Linear(outputs);
            }),
            Epochs = 30,
            LearningRate = 0.01,
            Seed = 1,
        }).Fit(train);
        Assert.True(ml.BinaryClassification.Evaluate(model.Transform(test)).Accuracy > 0.95);

        static TableView Table(int seed, int count)
        {
            Random random = new(seed);
            float[][] rows =
            [
                .. Enumerable.Range(0, count).Select(_ =>
                {
                    int length = random.Next(1, Words + 1);
                    IEnumerable<float> words =
                        Enumerable.Range(0, Words).Select(place => place < length ? random.Next(1, Vocabulary) : 0f);
                    return (float[])[.. words, random.NextSingle(), random.NextSingle()];
                }),
            ];
            return new(
                TableColumn.Boolean("Label", rows.Select(row => row[..Words].Contains(Sought))),
                TableColumn.Vector("Features", NumberDataViewType.Single, rows));
        }
    }

    /// <summary>A loss of one's own: nine of ten labels lie below the 0.9 quantile, few below the 0.1 quantile.</summary>
    [Fact]
    public void A_loss_of_ones_own_trains_a_regression()
    {
        TaskCase @case = TaskCase.All["regression"];
        Assert.True(ShareBelow(0.9) > 0.7);
        Assert.True(ShareBelow(0.1) < 0.3);

        double ShareBelow(double quantile)
        {
            NeuralNetworkTransformer model =
                @case.Trainer(new MLContext(), options => options.Loss = new QuantileLoss(quantile)).Fit(@case.Train);
            float[] scores = Values.Floats(model.Transform(@case.Test)), labels = Values.Floats(@case.Test, "Label");
            return scores.Zip(labels, (score, label) => label < score ? 1.0 : 0).Average();
        }
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        CrossEntropyLoss entropy = new();
        Fails("has the outputs 'main', 'other'. Set Loss to a CompositeLoss", null);
        Fails("is that of output 'logits', but the network has 'main', 'other'", Inception.Loss());
        Fails(
            "The loss's part of output 'other' wants targets of its own", new(new("main", entropy), new("other", entropy, 0.3)));
        Fails(
            "MeanSquaredErrorLoss does not make of the outputs the logits",
            CompositeLoss.WithAuxiliaries(new MeanSquaredErrorLoss(), 0.3, "main", "other"));

        void Fails(string message, CompositeLoss? loss) => Assert.Contains(
            message,
            Assert.Throws<ArgumentOutOfRangeException>(() => @case.Trainer(new MLContext(), options =>
            {
                options.Architecture = TwoHeads;
                options.Loss = loss;
            }).Fit(@case.Train)).Message);
    }

    private static NetworkDefinition TwoHeads(TensorShape shape, int outputs) => NetworkDefinition.Build(shape, layers =>
    {
        string shared = layers.Linear(16, name: "shared").ReLU("relu").Current;
        layers.Linear(outputs, name: "head").Output("main");
        layers.From(shared).Linear(8, name: "side").Tanh("tanh").Linear(outputs, name: "side_head").Output("other");
    });

    /// <summary>Koenker and Bassett's loss (1978), whose least is at a quantile.</summary>
    private sealed record QuantileLoss(double Quantile) : ElementwiseLoss
    {
        public override double InUnit(double loss, double unit) => unit * loss;

        protected override double Evaluate(double output, double target, out double slope)
        {
            slope = target > output ? -Quantile : 1 - Quantile;
            return slope * (output - target);
        }
    }
}
