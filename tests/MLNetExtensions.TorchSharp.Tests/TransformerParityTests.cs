using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Generation;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Tests;
using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>Attention beside libtorch's own modules, and what transformers promise on both engines.</summary>
public class TransformerParityTests
{
    private const int Count = 5, Length = 7, Features = 12, Heads = 3;

    public static TheoryData<string> Engines => ["managed", "TorchSharp"];

    /// <summary>The parameters of PyTorch's module under their own names, the same sequences, the same result.</summary>
    [TorchTheory, InlineData(false), InlineData(true)]
    public void EncoderLayerIsPyTorchs(bool gelu)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.manual_seed(3);
        using var module = torch.nn.TransformerEncoderLayer(
            Features, Heads, 20, 0, gelu ? torch.nn.Activations.GELU : torch.nn.Activations.ReLU);
        module.eval();
        NetworkDefinition network = NetworkDefinition.Build(layers =>
        {
            string values = layers.Input("values", new(Length, Features)), length = layers.Input("length", new(1));
            string mask = layers.From(length).SequenceMask(Length, "mask").Current;
            layers.From(values).TransformerEncoderLayer(
                Features, Heads, 20, 0.1, gelu ? new GELU() : new ReLU(), mask: mask, name: "layer");
        });
        NetworkWeights weights = new(network.Parameters.Select(spec =>
        {
            Tensor parameter = module.get_parameter(spec.Name["layer.".Length..])!;
            return KeyValuePair.Create(
                spec.Name, new WeightTensor(spec.Shape, parameter.detach().flatten().data<float>().ToArray()));
        }));

        float[] rows = Parity.Normal(4, Count * (Length * Features + 1));
        for (int row = 0; row < Count; row++)
            rows[(row + 1) * (Length * Features + 1) - 1] = 1 + row % Length;
        Tensor batch = torch.tensor(rows).reshape(Count, -1);
        Tensor sequences = batch.narrow(1, 0, Length * Features).reshape(Count, Length, Features).transpose(0, 1);
        Tensor padding = batch.narrow(1, Length * Features, 1).le(torch.arange(Length));
        float[] expected = module.call(sequences, null!, padding).transpose(0, 1).contiguous().data<float>().ToArray();
        foreach (INetworkEngine engine in new INetworkEngine[] { ManagedEngine.Default, TestDevice.Engine() })
        {
            float[] outputs = Run(engine, new(network, weights), rows, Count);
            // What comes out at a place of padding is nobody's business.
            for (int row = 0; row < Count; row++)
            {
                int start = row * Length * Features, size = (1 + row % Length) * Features;
                Parity.Equal($"row {row} on {engine.Name}", expected.AsSpan(start, size), outputs.AsSpan(start, size));
            }
        }
    }

    [TorchTheory, MemberData(nameof(Engines))]
    public void PaddingChangesNothing(string engine)
    {
        const int Most = 6;
        NetworkDefinition padded = Network(Most);
        NetworkWeights weights = Parity.Weights(padded);
        float[] rows = Examples.Of(padded, 12, 3);
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i % Most > i / Most % Most ? 0 : Math.Max(1, rows[i]);
        float[] together = Run(Engine(engine), new(padded, weights), rows, 12);
        for (int row = 0; row < 12; row++)
        {
            int length = row % Most + 1;
            float[] alone = Run(Engine(engine), new(Network(length), weights), [.. rows.AsSpan(row * Most, length)], 1);
            Parity.Equal($"row {row}", alone, together.AsSpan(row * 3, 3));
        }

        static NetworkDefinition Network(int length) =>
            TransformerClassifier.Create(20, length, classes: 3, layers: 2, heads: 2, features: 8);
    }

    /// <summary>A text of no words at all gives the same finite numbers on both engines.</summary>
    [TorchFact]
    public void AnEmptyText()
    {
        NetworkDefinition network = TransformerClassifier.Create(20, 6, classes: 3, layers: 2, heads: 2, features: 8);
        NetworkModel model = new(network, Parity.Weights(network));
        float[] managed = Run(ManagedEngine.Default, model, new float[6], 1);
        Assert.All(managed, value => Assert.True(float.IsFinite(value)));
        Parity.Equal("scores", managed, Run(TestDevice.Engine(), model, new float[6], 1));
    }

    [TorchFact]
    public void GeneratedTextIsTheSame()
    {
        NetworkDefinition network = TransformerLanguageModel.Create(11, 8, layers: 2, heads: 2, features: 12);
        NetworkModel model = new(network, Parity.Weights(network));
        Assert.Equal(Write(ManagedEngine.Default), Write(TestDevice.Engine()));

        int[] Write(INetworkEngine engine)
        {
            using TokenGenerator generator = new(model, engine);
            generator.Append(3);
            return [.. generator.Generate(new(Temperature: 0.7, TopK: 5, Seed: 2)).Take(30)];
        }
    }

    private static INetworkEngine Engine(string name) => name == "managed" ? ManagedEngine.Default : TestDevice.Engine();

    private static float[] Run(INetworkEngine engine, NetworkModel model, float[] rows, int count)
    {
        float[] outputs = new float[count * model.Definition.OutputShape.Size];
        using IInferenceSession session = engine.CreateInferenceSession(model, count);
        session.Run(rows, count, outputs);
        return outputs;
    }
}
