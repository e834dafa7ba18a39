using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class TransformerTests
{
    [Fact]
    public void Encoder_layers_have_PyTorchs_names()
    {
        NetworkDefinition network = NetworkDefinition.Build(
            new(5, 8), layers => layers.TransformerEncoderLayer(8, 2, 16, name: "encoder.layers.0"));
        string[] expected =
        [
            "self_attn.in_proj_weight [24×8]", "self_attn.in_proj_bias [24]", "self_attn.out_proj.weight [8×8]",
            "self_attn.out_proj.bias [8]", "linear1.weight [16×8]", "linear1.bias [16]", "linear2.weight [8×16]", "linear2.bias [8]",
            "norm1.weight [8]", "norm1.bias [8]", "norm2.weight [8]", "norm2.bias [8]",
        ];
        Assert.Equal(
            expected.Select(name => $"encoder.layers.0.{name}").Order(),
            network.Parameters.Select(spec => $"{spec.Name} {spec.Shape}").Order());
    }

    [Fact]
    public void Language_model_has_nanoGPTs_names()
    {
        NetworkDefinition network = TransformerLanguageModel.Create(65, 64, bias: false);
        string[] names = [.. network.Parameters.Select(spec => $"{spec.Name} {spec.Shape}")];
        Assert.Equal(
            [
                "transformer.wte.weight [65×128]", "transformer.wpe.weight [64×128]", "transformer.h.0.ln_1.weight [128]",
                "transformer.h.0.ln_1.bias [128]", "transformer.h.0.attn.c_attn.weight [384×128]",
                "transformer.h.0.attn.c_proj.weight [128×128]", "transformer.h.0.ln_2.weight [128]", "transformer.h.0.ln_2.bias [128]",
                "transformer.h.0.mlp.c_fc.weight [512×128]", "transformer.h.0.mlp.c_proj.weight [128×512]",
            ],
            names[..10]);
        Assert.Equal(
            ["transformer.ln_f.weight [128]", "transformer.ln_f.bias [128]", "lm_head.weight [65×128]"], names[^3..]);
        Assert.Equal(new TensorShape(64, 65), network.OutputShape);
    }

    [Fact]
    public void Attention_is_drawn_as_in_PyTorch()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(5, 48), layers => layers.MultiheadAttention(4, name: "attention"));
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        // √(6/(48 + 144)) and 1/√48
        Assert.Equal(0.1768, weights["attention.in_proj_weight"].Values.Max(), 1e-3);
        Assert.Equal(0.1443, weights["attention.out_proj.weight"].Values.Max(), 1e-3);
        Assert.All(weights["attention.in_proj_bias"].Values, value => Assert.Equal(0, value));
        Assert.All(weights["attention.out_proj.bias"].Values, value => Assert.Equal(0, value));
    }

    /// <summary>Half of the features of a place are sines, the others cosines, of wavelengths from 2π to 10000·2π.</summary>
    [Fact]
    public void Sinusoidal_positions_are_those_of_the_paper()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(3, 4), layers => layers.SinusoidalPositions());
        float[] outputs = Run(new(network, NetworkWeights.Initialize(network, 1)), new float[12], 1);
        double[] expected =
        [
            0, 1, 0, 1, Math.Sin(1), Math.Cos(1), Math.Sin(0.01), Math.Cos(0.01), Math.Sin(2), Math.Cos(2), Math.Sin(0.02), Math.Cos(0.02),
        ];
        for (int i = 0; i < 12; i++)
            Assert.Equal(expected[i], outputs[i], 1e-6);
    }

    /// <summary>A sequence that is padding only gives zeros, and finite gradients.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_to_look_at_gives_zeros(bool causal)
    {
        NetworkDefinition network = NetworkDefinition.Build(layers =>
        {
            string values = layers.Input("values", new(4, 12)), mask = layers.Input("mask", new(4));
            layers.From(values).ScaledDotProductAttention(2, mask, causal);
        });
        float[] row = [.. Managed.SessionFactory.Normal(1, 48), 0, 0, 0, 0];
        Assert.All(Run(new(network, NetworkWeights.Initialize(network, 1)), row, 1), value => Assert.Equal(0, value));
        TrainingSessionOptions options = new(1, null, new Sgd(), 1) { InputGradients = true };
        using ITrainingSession session =
            ManagedEngine.Default.CreateTrainingSession(network, NetworkWeights.Initialize(network, 1), options);
        float[] outputs = new float[16], gradients = [.. Enumerable.Repeat(1f, 52)];
        session.Forward(row, 1, outputs);
        session.Backward(Managed.SessionFactory.Normal(2, 16), gradients);
        Assert.All(gradients, value => Assert.Equal(0, value));
    }

    /// <summary>No place of a causal model sees a later one.</summary>
    [Fact]
    public void Later_tokens_change_nothing_before_them()
    {
        NetworkDefinition network = TransformerLanguageModel.Create(9, 31, layers: 2, heads: 2, features: 10);
        NetworkModel model = new(network, Managed.SessionFactory.Weights(network));
        float[] first = Examples.Of(network, 1, 1), second = [.. first];
        second[20] = (second[20] + 1) % 9;
        float[] before = Run(model, first, 1), after = Run(model, second, 1);
        Assert.Equal(before[..(20 * 9)], after[..(20 * 9)]);
        Assert.NotEqual(before[(20 * 9)..(21 * 9)], after[(20 * 9)..(21 * 9)]);
    }

    /// <summary>Texts of different lengths in one batch get what each gets alone, in a network made for its length.</summary>
    [Fact]
    public void Padding_changes_nothing()
    {
        const int Most = 9, Words = 12;
        NetworkDefinition padded = Network(Most);
        NetworkWeights weights = Managed.SessionFactory.Weights(padded);
        float[] rows = Examples.Of(padded, 20, 3);
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i % Most > i / Most % Most ? 0 : Math.Max(1, rows[i]);
        float[] together = Run(new(padded, weights), rows, 20);
        for (int row = 0; row < 20; row++)
        {
            int length = row % Most + 1;
            NetworkModel alone = new(Network(length), weights);
            float[] expected = Run(alone, rows.AsSpan(row * Most, length).ToArray(), 1);
            for (int i = 0; i < 3; i++)
                Assert.Equal(expected[i], together[row * 3 + i], 1e-5);
        }

        static NetworkDefinition Network(int length) =>
            TransformerClassifier.Create(Words, length, classes: 3, layers: 2, heads: 2, features: 8);
    }

    /// <summary>The bits of a training run don't depend on the number of threads.</summary>
    [Fact]
    public void Threads_give_equal_bits()
    {
        NetworkDefinition network = TransformerLanguageModel.Create(30, 70, layers: 2, heads: 3, features: 48, dropout: 0.2);
        NetworkWeights weights = Managed.SessionFactory.Weights(network);
        float[] rows = Examples.Of(network, 20, 5), targets = Examples.Of(network, 20, 6);
        NetworkWeights[] trained = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            TrainingSessionOptions options = new(20, new SequenceCrossEntropyLoss(30), new AdamW(), Seed: 1);
            using ITrainingSession session = new ManagedEngine(threads).CreateTrainingSession(network, weights, options);
            for (int step = 0; step < 3; step++)
                session.TrainStep(new(20, rows, targets), 1e-3);
            NetworkWeights after = weights.Clone();
            session.ReadWeights(after);
            return after;
        })];
        foreach ((string name, WeightTensor tensor) in trained[0])
        {
            Assert.Equal(tensor.Values, trained[1][name].Values);
            Assert.Equal(tensor.Values, trained[2][name].Values);
        }
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        NetworkDefinition network = TransformerLanguageModel.Create(30, 16, layers: 1, heads: 2, features: 12, dropout: 0.1);
        float[] rows = Examples.Of(network, 20, 5), targets = Examples.Of(network, 20, 6);
        TrainingSessionOptions options =
            new(20, new SequenceCrossEntropyLoss(30), new Sgd(), Seed: 1) { GradientClipNorm = 0.1, GradientClipValue = 0.1 };
        using ITrainingSession session =
            new ManagedEngine(1).CreateTrainingSession(network, Managed.SessionFactory.Weights(network), options);
        for (int step = 0; step < 30; step++)
            session.TrainStep(new(20, rows, targets), 1e-3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 30; step++)
            session.TrainStep(new(20, rows, targets), 1e-3);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Only_matrices_decay_where_asked()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(3), layers => layers.Linear(4, name: "a").LayerNorm(name: "norm").Linear(2, name: "b"));
        NetworkWeights before = Managed.SessionFactory.Weights(network), after = before.Clone();
        TrainingSessionOptions options = new(2, null, new AdamW(WeightDecay: 0.5) { DecayMatricesOnly = true }, 1);
        using ITrainingSession session = ManagedEngine.Default.CreateTrainingSession(network, before, options);
        // Gradients are 0, so nothing but decay changes a weight.
        Assert.True(session.Update(0.1));
        session.ReadWeights(after);
        foreach ((string name, WeightTensor tensor) in before)
        {
            float kept = name is "a.weight" or "b.weight" ? 0.95f : 1;
            Assert.Equal(tensor.Values.Select(value => value * kept), after[name].Values, (x, y) => Math.Abs(x - y) < 1e-6);
        }
    }

    private static float[] Run(NetworkModel model, float[] rows, int count)
    {
        float[] outputs = new float[count * model.Definition.OutputShape.Size];
        using IInferenceSession session = ManagedEngine.Default.CreateInferenceSession(model, count);
        session.Run(rows, count, outputs);
        return outputs;
    }
}
