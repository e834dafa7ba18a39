using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>A network that was learned on one task serves another: its features stay, the head is new.</summary>
public sealed class TransferLearningTests
{
    [Fact]
    public void Features_from_a_file_under_a_new_head_in_a_pipeline()
    {
        using TempFolder folder = new();
        NetworkModel pretrained = Pretrain();
        SafeTensors.Save(folder.File("pretrained.safetensors"), new NetworkWeights(
            pretrained.Weights.Append(new("aux.weight", new(new(2), [1, 2])))));

        List<string> log = [];
        MLContext ml = new(seed: 1);
        ml.Log += (_, message) => log.Add(message.Message);
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        NeuralNetworkMulticlassTrainer trainer = ml.MulticlassClassification.Trainers.NeuralNetwork(new()
        {
            FeatureColumnName = "Inputs",
            Architecture = (shape, classes) => NetworkDefinition.Build(shape, layers => layers
                .Add(Pretrained(shape, 1), last: "features.1").Linear(classes, name: "head")),
            InitialWeights = SafeTensors.Load(folder.File("pretrained.safetensors")).Weights,
            Epochs = 20, LearningRate = 0.03, Frozen = ["features"],
        });
        var model = ml.Transforms.Concatenate("Inputs", "Features").Append(trainer).Fit(@case.Train);

        NetworkWeights weights = model.LastTransformer.Model.Weights;
        Assert.Equal(["features.0.weight", "features.0.bias", "head.weight", "head.bias"], weights.Select(pair => pair.Key));
        Assert.Equal(pretrained.Weights["features.0.weight"].Values, weights["features.0.weight"].Values);
        Assert.Equal(pretrained.Weights["features.0.bias"].Values, weights["features.0.bias"].Values);
        Assert.True(@case.Quality(ml, model.Transform(@case.Test)) > 0.9);
        Assert.Contains(log, line => line.Contains(
            "2 of 4 tensors loaded; not there: head.weight, head.bias; unknown to the network: classifier.weight, " +
            "classifier.bias, aux.weight"));
    }

    [Fact]
    public void A_head_for_other_classes_starts_afresh_and_all_learns()
    {
        NetworkModel pretrained = Pretrain();
        NetworkDefinition? made = null;
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        NeuralNetworkTransformer model = @case.Trainer(new MLContext(), options =>
        {
            options.Architecture = (shape, classes) => made = Pretrained(shape, classes);
            options.InitialWeights = pretrained.Weights;
            (options.Epochs, options.LearningRate, options.Optimizer) = (1, 1e-30, new Sgd());
        }).Fit(@case.Train);
        NetworkWeights fresh = NetworkWeights.Initialize(made!, 5);
        Assert.Equal(pretrained.Weights["features.0.weight"].Values, model.Model.Weights["features.0.weight"].Values);
        Assert.Equal(fresh["classifier.weight"].Values, model.Model.Weights["classifier.weight"].Values);
    }

    [Fact]
    public void Torchvisions_features_of_VGG_under_a_head_of_ones_own()
    {
        // Weights as torchvision names them, its classifier and what else a file may hold included.
        NetworkDefinition features = NetworkDefinition.Build(
            new(3, 32, 32), layers => layers.Add(Vgg.Create(depth: 11), last: "features.20"));
        NetworkWeights pretrained = new(
            NetworkWeights.Initialize(features, 3).Append(new("classifier.6.bias", new(new(1000), new float[1000]))));
        Random random = new(1);
        byte[][] images = [.. Enumerable.Range(0, 16).Select(_ => new byte[3 * 32 * 32])];
        // Dark images and bright ones.
        for (int row = 0; row < images.Length; row++)
        {
            for (int i = 0; i < images[row].Length; i++)
                images[row][i] = (byte)(random.Next(100) + row % 2 * 150);
        }
        TableView table = new(
            TableColumn.Key("Label", images.Select((_, row) => row % 2 == 0 ? 1u : 2u), 2),
            TableColumn.Vector("Features", NumberDataViewType.Byte, images, [3, 32, 32]));

        NeuralNetworkTransformer model = new MLContext(seed: 1).MulticlassClassification.Trainers.NeuralNetwork(new()
        {
            Architecture = (shape, classes) => NetworkDefinition.Build(shape, layers => layers
                .Add(Vgg.Create(depth: 11, inputShape: shape, normalization: ImageNet.Normalization), last: "features.20")
                .Flatten("flatten").Linear(classes, name: "head")),
            InitialWeights = pretrained,
            Epochs = 4, BatchSize = 16, LearningRate = 0.01, Frozen = ["features"],
        }).Fit(table);

        Assert.All(
            features.Parameters, spec => Assert.Equal(pretrained[spec.Name].Values, model.Model.Weights[spec.Name].Values));
        Assert.True(model.History[^1].Loss < model.History[0].Loss);
    }

    [Fact]
    public void Weights_of_which_none_fits_are_refused()
    {
        NetworkWeights strange = new([new("module.features.0.weight", new(new(16, 4), new float[64]))]);
        string message = Refused(options => options.InitialWeights = strange);
        Assert.Contains("none of them has the name and shape", message);
        Assert.Contains("unknown to the network: module.features.0.weight", message);
    }

    [Theory]
    [InlineData("module.", "", "4 tensors would fit without 'module.' at the beginning of their names")]
    [InlineData("", "net.", "4 tensors would fit with 'net.' before their names")]
    [InlineData("model.", "net.", "4 tensors would fit with 'net.' in place of 'model.' at the beginning of their names")]
    public void Names_that_differ_by_a_prefix_are_refused_with_the_reason(string given, string wanted, string reason)
    {
        string message = Refused(options =>
        {
            options.Architecture = (shape, outputs) => wanted == ""
                ? Pretrained(shape, outputs)
                : NetworkDefinition.Build(
                    shape, layers => layers.Sequential("net", inner => inner.Add(Pretrained(shape, outputs))));
            options.InitialWeights = Prefixed(given);
        });
        Assert.Contains("none of them has the name and shape", message);
        Assert.Contains(reason, message);
    }

    [Fact]
    public void Frozen_features_under_a_prefix_are_refused_with_the_reason()
    {
        NetworkWeights weights = new(Prefixed("").Select(
            pair => pair.Key.StartsWith("features") ? KeyValuePair.Create($"module.{pair.Key}", pair.Value) : pair));
        string message = Refused(options =>
        {
            options.InitialWeights = weights;
            options.Frozen = ["features"];
        });
        Assert.Contains("'features.0.weight', which is frozen", message);
        Assert.Contains("2 tensors would fit without 'module.'", message);
    }

    [Fact]
    public void Weights_of_which_hardly_any_fits_are_warned_of()
    {
        // Only the last bias has the name and shape.
        NetworkDefinition other = NetworkDefinition.Build(new(Points.Width), layers => layers
            .Sequential("features", features => features.Linear(20).ReLU()).Linear(1, name: "classifier"));
        string warning = Warned(NetworkWeights.Initialize(other, 1));
        Assert.Contains("1 of 4 tensors loaded", warning);
        Assert.Contains("of another shape: features.0.weight, features.0.bias, classifier.weight", warning);
        Assert.Contains("Are they of this architecture?", warning);
    }

    [Fact]
    public void Half_of_the_weights_under_a_prefix_are_warned_of()
    {
        string warning = Warned(new(Prefixed("").Select(
            pair => pair.Key.StartsWith("features") ? KeyValuePair.Create($"module.{pair.Key}", pair.Value) : pair)));
        Assert.Contains("2 of 4 tensors loaded; not there: features.0.weight, features.0.bias", warning);
        Assert.Contains("unknown to the network: module.features.0.weight, module.features.0.bias", warning);
        Assert.Contains("2 tensors would fit without 'module.' at the beginning of their names", warning);
    }

    [Fact]
    public void A_new_head_is_no_reason_to_warn()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        ContextLog log = new();
        @case.Trainer(log.Context, options =>
        {
            options.Architecture = Pretrained;
            options.InitialWeights = Prefixed("");
            options.Epochs = 1;
        }).Fit(@case.Train);
        Assert.Empty(log.Warnings);
        Assert.Contains(log.Infos, line => line.Contains("2 of 4 tensors loaded; of another shape: classifier.weight"));
    }

    [Fact]
    public void Frozen_features_that_are_not_among_the_weights_are_refused()
    {
        NetworkDefinition network = Pretrained(new(Points.Width), 1);
        NetworkWeights incomplete = new(NetworkWeights.Initialize(network, 1).Where(pair => pair.Key != "features.0.bias"));
        string message = Refused(options =>
        {
            options.InitialWeights = incomplete;
            options.Frozen = ["features"];
        });
        Assert.Contains("'features.0.bias', which is frozen", message);
    }

    private static string Refused(Action<NeuralNetworkOptions> configure)
    {
        TaskCase @case = TaskCase.All["binary"];
        return Assert.Throws<ArgumentOutOfRangeException>(() => @case.Trainer(new MLContext(), options =>
        {
            options.Architecture = Pretrained;
            configure(options);
        }).Fit(@case.Train)).Message;
    }

    private static string Warned(NetworkWeights weights)
    {
        TaskCase @case = TaskCase.All["regression"];
        ContextLog log = new();
        @case.Trainer(log.Context, options =>
        {
            options.Architecture = Pretrained;
            options.InitialWeights = weights;
            options.Epochs = 1;
        }).Fit(@case.Train);
        return Assert.Single(log.Warnings);
    }

    /// <summary>Weights for a network of one output, with something before their names.</summary>
    private static NetworkWeights Prefixed(string prefix) => new(NetworkWeights.Initialize(Pretrained(new(Points.Width), 1), 1)
        .Select(pair => KeyValuePair.Create(prefix + pair.Key, pair.Value)));

    private static NetworkDefinition Pretrained(TensorShape shape, int outputs) => NetworkDefinition.Build(shape, layers => layers
        .Sequential("features", features => features.Linear(32).ReLU()).Linear(outputs, name: "classifier"));

    /// <summary>The network trained on the product of two features, which tells the classes apart as well.</summary>
    private static NetworkModel Pretrain()
    {
        TaskCase @case = TaskCase.All["regression"];
        return @case.Trainer(new MLContext(), options => options.Architecture = Pretrained).Fit(@case.Train).Model;
    }
}
