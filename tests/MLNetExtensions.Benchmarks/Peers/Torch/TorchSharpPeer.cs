using MLNetExtensions.Benchmarks.SideBySide;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetExtensions.Benchmarks.Peers.Torch;

/// <summary>The workloads in TorchSharp, under the names that <see cref="Workloads"/> gives them.</summary>
internal static class TorchSharpPeer
{
    public const string Library = "torchsharp";

    /// <summary>The versions, and the settings of the process that are not those of every one.</summary>
    public static string Name =>
        $"TorchSharp {typeof(global::TorchSharp.torch).Assembly.GetName().Version?.ToString(3)} (libtorch {__version__}" +
        $"{(Environment.GetEnvironmentVariable(Peer.Tunables) is { } tunables ? $", {Peer.Tunables}={tunables}" : "")})";

    /// <exception cref="LibraryMissingException">libtorch does not load; the message says why.</exception>
    public static WorkloadContender Create(string workload, WorkloadFolder folder, int threads)
    {
        RequireLibtorch();
        set_num_threads(threads);
        NetworkWeights inputs = SafeTensors.Load(folder.Inputs).Weights;
        return workload switch
        {
            "lenet5-training" => Classifier(TorchNetworks.LeNet5(), inputs, learningRate: 0.01),
            "simplecnn-training" => Classifier(TorchNetworks.SimpleCnn(), inputs, learningRate: 0.01),
            "resnet18-training" => Classifier(TorchNetworks.ResNet18(), inputs, learningRate: 3e-4),
            "mlp-training" => new TorchTraining(TorchNetworks.Mlp(), BCEWithLogitsLoss(), weights => optim.Adam(weights), inputs),
            "lstm-training" => Classifier(new TorchLstmClassifier(128, 128, 2, 10), inputs, learningRate: 0.01),
            "lm-training" => new TorchTraining(
                new TorchLanguageModel(65, 64, layers: 4, heads: 4, features: 128), CrossEntropyLoss(),
                weights => optim.AdamW(weights, weight_decay: 1e-2), inputs),
            "textcnn-training" => new TorchTraining(
                new TorchTextCnn(5000, 300, 100, 6), CrossEntropyLoss(), weights => optim.Adam(weights), inputs),
            "vgg16-features" => new TorchScoring(TorchNetworks.Vgg16Features(), inputs),
            "lenet5-row" => new TorchScoring(TorchNetworks.LeNet5(), inputs),
            "mlp-row" => new TorchScoring(TorchNetworks.Mlp(), inputs),
            _ => throw new ArgumentException($"There is no workload '{workload}' in TorchSharp.", nameof(workload)),
        };
    }

    private static TorchTraining Classifier(Module<Tensor, Tensor> network, NetworkWeights inputs, double learningRate) =>
        new(network, CrossEntropyLoss(), weights => optim.SGD(weights, learningRate), inputs);

    /// <summary>Our engine on TorchSharp says best why libtorch does not load.</summary>
    private static void RequireLibtorch()
    {
        try
        {
            _ = new TorchSharpEngine("cpu");
        }
        catch (InvalidOperationException e)
        {
            throw new LibraryMissingException(e.Message);
        }
    }
}
