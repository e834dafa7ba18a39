using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>The networks that are compared; Python/torch_workloads.py and Python/numpy_workloads.py have them under the same
/// names.</summary>
internal static class Workloads
{
    public static NetworkWorkload Create(string name, ManagedEngine engine) => name switch
    {
        "lenet5-training" => ImageTraining(name, LeNet5.Create(), engine),
        "simplecnn-training" => ImageTraining(name, SimpleCnn.Create(), engine),
        // A small rate: behind so many layers a rounding that turns a ReLU over would drive the two sides apart.
        "resnet18-training" => new TrainingWorkload(
            name, ResNet.Create(18, 10, new(3, 64, 64)), engine, batches: 4, batchSize: 32, classes: 10, new CrossEntropyLoss(),
            new Sgd(3e-4)),
        "mlp-training" => new TrainingWorkload(
            name, Mlp(), engine, batches: 256, batchSize: 32, classes: 2, new BinaryCrossEntropyLoss(), new Adam()),
        "vgg16-features" => new InferenceWorkload(name, Vgg16Features(), engine, examples: 2),
        "lenet5-row" => new InferenceWorkload(name, LeNet5.Create(), engine, examples: 64),
        "mlp-row" => new InferenceWorkload(name, Mlp(), engine, examples: 64),
        _ => throw new ArgumentException($"There is no workload '{name}'.", nameof(name)),
    };

    private static TrainingWorkload ImageTraining(string name, NetworkDefinition network, ManagedEngine engine) =>
        new(name, network, engine, batches: 16, batchSize: 128, classes: 10, new CrossEntropyLoss(), new Sgd());

    private static NetworkDefinition Mlp() => FeedForward.Create(new(8), outputs: 1, [64, 32]);

    private static NetworkDefinition Vgg16Features()
    {
        NetworkDefinition vgg = Vgg.Create();
        return new(vgg.InputShape, vgg.Nodes.TakeWhile(node => node.Name.StartsWith("features.", StringComparison.Ordinal)));
    }
}
