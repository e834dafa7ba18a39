using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>
/// Every architecture on both engines, on small images and a few examples. The hidden layers of AlexNet's and VGG's classifiers
/// are narrowed from 4096 to 64, which leaves every operation in place.
/// </summary>
public class ArchitectureParityTests
{
    private static readonly Normalize Pixels = new([0.1f, 0.2f, 0.3f], [1.1f, 0.9f, 1.2f]);

    internal static readonly Dictionary<string, NetworkDefinition> Networks = new()
    {
        ["FeedForward"] = FeedForward.Create(new(8), 3, [16, 12], new GELU(), batchNorm: true),
        ["LeNet5"] = LeNet5.Create(normalization: new([0.1f], [1.1f])),
        ["SimpleCnn"] = SimpleCnn.Create(normalization: Pixels),
        ["AlexNet"] = Narrow(AlexNet.Create(10, new(3, 63, 63), dropout: 0)),
        ["AlexNet with local response normalisation"] =
            Narrow(AlexNet.Create(10, new(3, 63, 63), 0, localResponseNorm: true, Pixels)),
        ["VGG-11"] = Narrow(Vgg.Create(11, false, 10, new(3, 32, 32), 0)),
        ["VGG-16 with batch normalisation"] = Narrow(Vgg.Create(16, true, 10, new(3, 32, 32), 0)),
        ["Inception"] = Inception.Create(10, new(3, 64, 64), 0),
        ["ResNet-18"] = ResNet.Create(18, 10, new(3, 64, 64)),
        ["ResNet-50"] = ResNet.Create(50, 10, new(3, 64, 64)),
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    /// <summary>In Double both engines take the same path.</summary>
    [TorchTheory, MemberData(nameof(Names))]
    public void Architecture(string name)
    {
        NetworkDefinition network = Networks[name];
        // The initial weights of the two deepest are so steep that these steps, as small as they are, halve the loss.
        double learningRate = name is "Inception" or "ResNet-50" ? 1e-6 : 1e-3;
        TrainingSessionOptions options = new(4, new CrossEntropyLoss(), new Sgd(learningRate, Momentum: 0.9), Seed: 1);
        using SessionPair sessions = SessionPair.OfDouble(network, options, Parity.Weights(network, noise: 0.01));
        sessions.CompareOutputs();
        sessions.CompareGradients();
        for (int step = 1; step <= 20; step++)
            sessions.Step(isLast: step == 20);
        sessions.CompareWeights();
        sessions.CompareOutputs();
    }

    [TorchTheory, MemberData(nameof(Names))]
    public void ArchitectureScores(string name)
    {
        NetworkDefinition network = Networks[name];
        NetworkModel model = new(network, Parity.Weights(network, noise: 0.01));
        float[] features = Parity.Normal(9, 3 * network.InputShape.Size);
        Parity.Equal(name, Score(ManagedEngine.Default), Score(new TorchSharpEngine("cpu")));

        float[] Score(INetworkEngine engine)
        {
            float[] outputs = new float[3 * network.OutputShape.Size];
            using IInferenceSession session = engine.CreateInferenceSession(model, 3);
            session.Run(features, 3, outputs);
            return outputs;
        }
    }

    private static NetworkDefinition Narrow(NetworkDefinition network) => new(
        network.InputShape,
        network.Nodes.Select(node =>
            node.Layer is Linear { OutFeatures: 4096 } wide ? node with { Layer = wide with { OutFeatures = 64 } } : node));
}
