using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Tests;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>
/// Every architecture on both engines, on small images and a few examples. The hidden layers of AlexNet's and VGG's classifiers
/// are narrowed from 4096 to 64, which leaves every operation in place.
/// </summary>
public class ArchitectureParityTests
{
    private static readonly Normalize Pixels = new([0.1f, 0.2f, 0.3f], [1.1f, 0.9f, 1.2f]);

    private const string WithAuxiliaries = "Inception with auxiliary classifiers", LanguageModel = "TransformerLanguageModel",
        Ensemble = "TextEnsemble";

    private static readonly Dictionary<string, NetworkDefinition> Networks = new()
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
        ["MobileNetV2"] = MobileNetV2.Create(10, new(3, 64, 64), 0),
        [WithAuxiliaries] = Inception.CreateWithAuxiliaries(10, new(3, 64, 64), 0, auxiliaryDropout: 0),
        [LanguageModel] = TransformerLanguageModel.Create(13, 9, layers: 2, heads: 2, features: 12),
        ["TransformerClassifier"] = TransformerClassifier.Create(15, 7, 10, heads: 2, features: 12, dropout: 0),
        ["VisionTransformer"] = VisionTransformer.Create(10, new(3, 8, 12), layers: 2, features: 16, normalization: Pixels),
        ["ResNet-18"] = ResNet.Create(18, 10, new(3, 64, 64)),
        ["ResNet-50"] = ResNet.Create(50, 10, new(3, 64, 64)),
        ["ConvBlocks with pools"] = ConvBlocks.Create(10, new(3, 16, 16), [16, 24], normalization: Pixels),
        ["ConvBlocks with strides"] =
            ConvBlocks.Create(10, new(3, 16, 16), [16, 24], 2, Downsampling.StridedConvolution, false, new GELU()),
        ["small AlexNet"] = AlexNet.Create(10, dropout: 0, smallImages: true),
        ["small VGG-16 with batch normalisation"] = Vgg.Create(16, true, 10, dropout: 0, smallImages: true),
        ["small Inception"] = Inception.Create(10, dropout: 0, smallImages: true),
        ["small MobileNetV2"] = MobileNetV2.Create(10, dropout: 0, smallImages: true),
        ["TextCnn"] = TextCnn.Create(20, 9, 4, embeddingDimension: 8, maps: 6, dropout: 0),
        ["TextCnn with subwords"] = TextCnn.CreateWithSubwords(
            [new("words", new(9), 20), new("endings", new(9), 7)], 4, embeddingDimension: 8, maps: 6, dropout: 0),
        [Ensemble] = TextEnsemble.Create(
            [new("words", new(9), 20), new("endings", new(9), 7)], 4, embeddingDimension: 8, maps: 6, hiddenSize: 5, dropout: 0),
        ["RecurrentClassifier"] = RecurrentClassifier.Create(20, 9, 4, embeddingDimension: 8, hiddenSize: 7, dropout: 0),
        ["RecurrentClassifier of GRUs"] =
            RecurrentClassifier.Create(20, 9, 4, 8, hiddenSize: 7, layers: 2, gated: true, bidirectional: false, dropout: 0),
        ["RecurrentClassifier by its largest states"] = RecurrentClassifier.Create(20, 9, 4, 8, 7, dropout: 0, pooling: TimePooling.Max),
        ["DLinear"] = DLinear.Create(new(3, 40), 12),
        ["DLinear, a series each"] = DLinear.Create(new(3, 40), 12, kernelSize: 7, individual: true),
        ["TransformerForecaster"] = TransformerForecaster.Create(new(3, 40), 12, layers: 2, heads: 2, features: 8, dropout: 0),
        ["RecurrentForecaster"] = RecurrentForecaster.Create(new(3, 40), 12, segmentLength: 8, hiddenSize: 10, dropout: 0),
        ["EntityEmbeddingNetwork"] = EntityEmbeddingNetwork.Create(
            [new("color", new(1), 4), new("numbers", new(5)), new("tags", new(6), 9)], 3, [8, 6], batchNorm: true),
        ["small ResNet-18"] = ResNet.Create(18, 10, smallImages: true),
    };

    /// <summary>Networks so deep and steep that rounding to Single alone can take gradients per cents off those in Double, on
    /// either engine.</summary>
    private static readonly string[] Deepest =
    [
        "VGG-16 with batch normalisation", "Inception", WithAuxiliaries, "MobileNetV2", "ResNet-18", "ResNet-50",
        "small VGG-16 with batch normalisation", "small Inception", "small MobileNetV2", "small ResNet-18",
    ];

    public static TheoryData<string> Names => [.. Networks.Keys];

    public static TheoryData<string> ShallowerNames => [.. Networks.Keys.Except(Deepest)];

    /// <summary>In Double both engines take the same path.</summary>
    [TorchTheory, MemberData(nameof(Names))]
    public void Architecture(string name)
    {
        using SessionPair sessions = SessionPair.OfDouble(Networks[name], Options(name), Rate(name), Weights(name));
        sessions.CompareOutputs();
        sessions.CompareGradients();
        for (int step = 1; step <= 20; step++)
            sessions.Step(isLast: step == 20);
        sessions.CompareWeights();
        sessions.CompareOutputs();
    }

    /// <summary>In Single each step is that of the other engine. They go on together: behind many layers one rounding decides on
    /// which side of zero a ReLU is or which value of a window is the largest, and from there two right engines part.</summary>
    [TorchTheory, MemberData(nameof(Names))]
    public void ArchitectureStepByStep(string name)
    {
        using SessionPair sessions = SessionPair.OfSingle(Networks[name], Options(name), Rate(name), Weights(name));
        for (int step = 1; step <= 20; step++)
        {
            sessions.Step(isLast: step == 20);
            sessions.CompareWeights();
            sessions.Resynchronize();
        }
        sessions.CompareOutputs();
    }

    /// <summary>Networks of few layers stay together in Single, each engine going its own way, at a small rate.</summary>
    [TorchTheory, InlineData("FeedForward"), InlineData("LeNet5"), InlineData("SimpleCnn"), InlineData("TextCnn")]
    public void ArchitectureByItself(string name) =>
        Parity.Check(Networks[name], new(4, new CrossEntropyLoss(), new Sgd(Momentum: 0.9), Seed: 1), 2e-5, Weights(name));

    /// <summary>Whether a rounding flips a ReLU is the chance of the draw; what is wrong with an engine shows in every
    /// draw.</summary>
    [TorchTheory, MemberData(nameof(ShallowerNames))]
    public void ArchitectureGradients(string name)
    {
        List<double> errors = [];
        for (int seed = 1; seed <= 5 && !errors.Any(error => error <= Parity.Tolerance); seed++)
        {
            NetworkWeights weights = Parity.Weights(Networks[name], noise: 0.01, seed);
            using SessionPair sessions = SessionPair.OfSingle(Networks[name], Options(name), Rate(name), weights, seed: seed);
            errors.Add(sessions.GradientError());
        }
        Assert.True(errors.Min() <= Parity.Tolerance, $"relative errors {string.Join(", ", errors)}");
    }

    [TorchTheory, MemberData(nameof(Names))]
    public void ArchitectureScores(string name)
    {
        NetworkDefinition network = Networks[name];
        NetworkModel model = new(network, Weights(name));
        float[] features = Examples.Of(network, 3, 9);
        Parity.Equal(name, Score(ManagedEngine.Default), Score(TestDevice.Engine()));

        float[] Score(INetworkEngine engine)
        {
            float[] outputs = new float[3 * network.OutputShape.Size];
            using IInferenceSession session = engine.CreateInferenceSession(model, 3);
            session.Run(features, 3, outputs);
            return outputs;
        }
    }

    private static TrainingSessionOptions Options(string name) => new(4, LossOf(name), new Sgd(Momentum: 0.9), Seed: 1);

    /// <summary>The smaller rate moves steep networks enough: twenty steps halve the loss of two of them.</summary>
    private static double Rate(string name) => Deepest.Contains(name) ? 1e-6 : 1e-3;

    private static Loss LossOf(string name) => name switch
    {
        WithAuxiliaries => Inception.Loss(),
        Ensemble => TextEnsemble.Loss(),
        LanguageModel => new SequenceCrossEntropyLoss(13, IgnoreIndex: 2),
        _ when Networks[name].OutputShape.Rank > 1 => new MeanSquaredErrorLoss(),
        _ => new CrossEntropyLoss(),
    };

    private static NetworkWeights Weights(string name) => Parity.Weights(Networks[name], noise: 0.01);

    private static NetworkDefinition Narrow(NetworkDefinition network) => new(
        network.InputShape,
        network.Nodes.Select(node =>
            node.Layer is Linear { OutFeatures: 4096 } wide ? node with { Layer = wide with { OutFeatures = 64 } } : node));
}
