using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>
/// Every architecture on both engines, on small images and a few examples. The hidden layers of AlexNet's and VGG's classifiers
/// are narrowed from 4096 to 64, which leaves every operation in place.
/// </summary>
/// <remarks>
/// Behind many layers, one rounding decides on which side of zero a ReLU is or which value of a window is the largest, and a
/// gradient jumps: two right engines differ by per cents. So the deep networks take their twenty steps with smooth functions in
/// the place of ReLU and MaxPool2d, and are compared as they are by their scores.
/// </remarks>
public class ArchitectureParityTests
{
    private static readonly Normalize Pixels = new([0.1f, 0.2f, 0.3f], [1.1f, 0.9f, 1.2f]);

    private static readonly Dictionary<string, NetworkDefinition> Networks = new()
    {
        ["FeedForward"] = FeedForward.Create(new(8), 3, [16, 12], new GELU(), batchNorm: true),
        ["LeNet5"] = LeNet5.Create(normalization: new([0.1f], [1.1f])),
        ["SimpleCnn"] = SimpleCnn.Create(normalization: Pixels),
        ["AlexNet"] = Narrow(AlexNet.Create(10, new(3, 63, 63), dropout: 0)),
        ["AlexNet with local response normalisation"] = Narrow(AlexNet.Create(10, new(3, 63, 63), 0, localResponseNorm: true, Pixels)),
        ["VGG-11"] = Narrow(Vgg.Create(11, false, 10, new(3, 32, 32), 0)),
        ["VGG-16 with batch normalisation"] = Narrow(Vgg.Create(16, true, 10, new(3, 64, 64), 0)),
        ["Inception"] = Inception.Create(10, new(3, 64, 64), 0),
        ["ResNet-18"] = ResNet.Create(18, 10, new(3, 64, 64)),
        ["ResNet-50"] = ResNet.Create(50, 10, new(3, 64, 64)),
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    [TorchTheory, InlineData("LeNet5"), InlineData("SimpleCnn")]
    public void Architecture(string name) => Check(Networks[name]);

    [TorchTheory, MemberData(nameof(Names))]
    public void SmoothArchitecture(string name) => Check(new(
        Networks[name].InputShape,
        Networks[name].Nodes.Select(node => node with
        {
            Layer = node.Layer switch
            {
                ReLU => new SiLU(),
                MaxPool2d pool => new AvgPool2d(pool.KernelSize, pool.Stride, pool.Padding, pool.CeilMode),
                Layer layer => layer,
            },
        })));

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

    private static void Check(NetworkDefinition network) => Parity.Check(
        network, new(4, new CrossEntropyLoss(), new Sgd(2e-5, Momentum: 0.9), Seed: 1), Parity.Weights(network, noise: 0.01));

    private static NetworkDefinition Narrow(NetworkDefinition network) => new(
        network.InputShape,
        network.Nodes.Select(node => node.Layer is Linear { OutFeatures: 4096 } wide ? node with { Layer = wide with { OutFeatures = 64 } } : node));
}
