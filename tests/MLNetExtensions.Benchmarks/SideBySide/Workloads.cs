using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>The networks that are compared. Peers/Torch/TorchSharpPeer.cs and Python/numpy_workloads.py have them under the same
/// names; ONNX Runtime takes any of the scored ones.</summary>
internal static class Workloads
{
    public static NetworkWorkload Create(string name, ManagedEngine engine) => name switch
    {
        "lenet5-training" => ImageTraining(LeNet5.Create(), engine),
        "simplecnn-training" => ImageTraining(SimpleCnn.Create(), engine),
        // A small rate: behind so many layers a rounding that turns a ReLU over would drive the two sides apart.
        "resnet18-training" => new TrainingWorkload(
            ResNet.Create(18, 10, new(3, 64, 64)), engine, batches: 4, batchSize: 32, classes: 10, new CrossEntropyLoss(),
            new Sgd(), 3e-4),
        "mlp-training" => new TrainingWorkload(
            Mlp(), engine, batches: 256, batchSize: 32, classes: 2, new BinaryCrossEntropyLoss(), new Adam(), 1e-3),
        "lstm-training" => new TrainingWorkload(
            Lstm(), engine, batches: 4, batchSize: 32, classes: 10, new CrossEntropyLoss(), new Sgd(), 1e-2),
        // The model of samples/LanguageModel.
        "lm-training" => new TrainingWorkload(
            TransformerLanguageModel.Create(65, 64, bias: false), engine, batches: 16, batchSize: 12, classes: 65,
            new SequenceCrossEntropyLoss(65), new AdamW(), 1e-3),
        // Without dropout, which both sides would draw otherwise.
        "textcnn-training" => new TrainingWorkload(
            TextCnn.Create(5000, 40, 6, dropout: 0), engine, batches: 16, batchSize: 50, classes: 6, new CrossEntropyLoss(),
            new Adam(), 1e-3),
        "vgg16-features" => new ScoringWorkload(Vgg16Features(), engine, batches: 2, batchSize: 1),
        "resnet18-image" => new ScoringWorkload(ResNet.Create(18), engine, batches: 4, batchSize: 1),
        "resnet50-image" => new ScoringWorkload(ResNet.Create(50), engine, batches: 4, batchSize: 1),
        "mobilenetv2-image" => new ScoringWorkload(MobileNetV2.Create(), engine, batches: 4, batchSize: 1),
        "lenet5-row" => new ScoringWorkload(LeNet5.Create(), engine, batches: 64, batchSize: 1),
        "lenet5-b256" => new ScoringWorkload(LeNet5.Create(), engine, batches: 4, batchSize: 256),
        "encoder-row" => new ScoringWorkload(Encoder(), engine, batches: 16, batchSize: 1),
        "mlp-row" => new ScoringWorkload(Mlp(), engine, batches: 64, batchSize: 1),
        _ => throw new ArgumentException($"There is no workload '{name}'.", nameof(name)),
    };

    private static TrainingWorkload ImageTraining(NetworkDefinition network, ManagedEngine engine) =>
        new(network, engine, batches: 16, batchSize: 128, classes: 10, new CrossEntropyLoss(), new Sgd(), 1e-2);

    private static NetworkDefinition Lstm() => NetworkDefinition.Build(new(64, 128), layers => layers
        .LSTM(128, layers: 2, output: RecurrentOutput.Last, name: "lstm").Linear(10, name: "fc"));

    /// <summary>A transformer's encoder on sequences of 64 places.</summary>
    private static NetworkDefinition Encoder() => NetworkDefinition.Build(new(64, 128), layers =>
    {
        for (int i = 0; i < 4; i++)
            layers.TransformerEncoderLayer(128, 4, 512, dropout: 0, new GELU(), normFirst: true, name: $"layers.{i}");
        layers.Mean(0).Linear(10, name: "head");
    });

    private static NetworkDefinition Mlp() => FeedForward.Create(new(8), outputs: 1, [64, 32]);

    private static NetworkDefinition Vgg16Features()
    {
        NetworkDefinition vgg = Vgg.Create();
        return new(vgg.InputShape, vgg.Nodes.TakeWhile(node => node.Name.StartsWith("features.", StringComparison.Ordinal)));
    }
}
