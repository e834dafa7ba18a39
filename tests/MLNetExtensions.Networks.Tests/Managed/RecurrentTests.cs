using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>Recurrent layers and pooling over time where sequences have lengths of their own.</summary>
public class RecurrentTests
{
    private const int Features = 3, Hidden = 5;

    public static TheoryData<Layer> Layers =>
    [
        new LSTM(Hidden, 2, Bidirectional: true), new LSTM(Hidden, 2, Bidirectional: true, Output: RecurrentOutput.Last),
        new GRU(Hidden, 2, Bidirectional: true), new GRU(Hidden, 2, Bidirectional: true, Output: RecurrentOutput.Last),
        new PoolOverTime(TimePooling.Max), new PoolOverTime(TimePooling.Mean), new PoolOverTime(TimePooling.Last),
    ];

    /// <summary>Each row of a padded batch gives what it gives alone, whatever the padding holds, and 0 without any step.</summary>
    [Theory, MemberData(nameof(Layers))]
    public void APaddedRowGivesWhatItGivesAlone(Layer layer)
    {
        int[] lengths = [4, 1, 7, 0, 6, 7, 2, 3, 5, 0, 1, 7, 2, 6, 3, 4, 5, 1, 2];
        const int Longest = 7;
        NetworkDefinition padded = Padded(layer, Longest);
        NetworkWeights weights = SessionFactory.Weights(padded);
        float[][] rows = [.. lengths.Select((length, i) => SessionFactory.Normal(i, Longest * Features))];
        float[] together = Score(padded, weights, [.. rows.Zip(lengths).SelectMany(row => row.First.Append(row.Second))], lengths.Length);
        int size = together.Length / lengths.Length;
        for (int i = 0; i < lengths.Length; i++)
        {
            float[] seen = together[(i * size)..((i + 1) * size)], expected = new float[size];
            if (lengths[i] > 0)
            {
                NetworkDefinition alone = NetworkDefinition.Build(new(lengths[i], Features), b => b.Add(layer, "layer"));
                Score(alone, weights, rows[i][..(lengths[i] * Features)], 1).CopyTo(expected, 0);
            }
            Assert.All(expected.Zip(seen), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
    }

    /// <summary>As in pooling of images, and as PyTorch has it.</summary>
    [Fact]
    public void TheLargestOfStepsIsNoNumberWhereOneOfThemIsNone()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(3, 2), b => b.PoolOverTime());
        foreach (SimdLevel simd in SimdLevels.Supported)
        {
            float[] pooled = new float[2];
            using IInferenceSession session = SessionFactory.Infer(new(network, SessionFactory.Weights(network)), 1, simd);
            session.Run([1, 2, float.NaN, 3, 4, 1], 1, pooled);
            Assert.Equal([float.NaN, 3], pooled);
        }
    }

    /// <summary>What is padding moves nothing.</summary>
    [Theory, MemberData(nameof(Layers))]
    public void PaddingHasNoGradient(Layer layer)
    {
        NetworkDefinition network = Padded(layer, 4);
        TrainingSessionOptions options = SessionFactory.Options(3) with { InputGradients = true };
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(network, SessionFactory.Weights(network), options);
        int inputs = 4 * Features + 1, outputs = (int)network.OutputShape.Size;
        float[] rows = SessionFactory.Normal(1, 3 * inputs), gradients = new float[rows.Length];
        int[] lengths = [2, 0, 4];
        for (int row = 0; row < 3; row++)
            rows[(row + 1) * inputs - 1] = lengths[row];
        session.Forward(rows, 3, new float[3 * outputs]);
        session.Backward(SessionFactory.Normal(2, 3 * outputs), gradients);
        for (int i = 0; i < gradients.Length; i++)
        {
            (int row, int place) = int.DivRem(i, inputs);
            bool exists = place / Features < lengths[row] && place < inputs - 1;
            // Only the largest or the last value of a feature moves the pooled one.
            if (!exists || layer is RecurrentLayer or PoolOverTime { Mode: TimePooling.Mean })
                Assert.Equal(exists, gradients[i] != 0);
        }
    }

    /// <summary>Steps that no row of a batch has are not computed, and it shows in no bit: of outputs, and of the gradients of inputs and
    /// weights. Two of the rows are in the batch alone, and all of their lengths are short of what there is room for.</summary>
    [Theory, MemberData(nameof(Layers))]
    public void RoomForLongerRowsChangesNothing(Layer layer)
    {
        int[] lengths = [4, 1, 0, 5, 2, 3, 5, 0, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 3];
        foreach (SimdLevel simd in SimdLevels.Supported)
        {
            (float[] tight, float[] tightGradients, NetworkWeights tightWeights) = Train(layer, lengths, room: 5, simd);
            (float[] wide, float[] wideGradients, NetworkWeights wideWeights) = Train(layer, lengths, room: 12, simd);
            Assert.Equal(tight, wide);
            Assert.Equal(tightGradients, wideGradients);
            Assert.All(tightWeights, pair => Assert.Equal(pair.Value.Values, wideWeights[pair.Key].Values));
        }
    }

    /// <summary>What a row gives, and its gradient, are the same in a batch of short rows as beside a long one.</summary>
    [Theory, MemberData(nameof(Layers))]
    public void ALongCompanionChangesNothing(Layer layer)
    {
        int[] lengths = [4, 1, 0, 3, 2, 3, 1, 0, 1, 2, 3, 4, 2, 1, 2, 3, 4, 1, 3];
        foreach (SimdLevel simd in SimdLevels.Supported)
        {
            (float[] among, float[] amongGradients, _) = Train(layer, lengths, room: 9, simd);
            (float[] beside, float[] besideGradients, _) = Train(layer, [.. lengths, 9], room: 9, simd);
            Assert.Equal(among, beside[..among.Length]);
            Assert.Equal(amongGradients, besideGradients[..amongGradients.Length]);
        }
    }

    /// <summary>One block is too little for several threads to take whole sequences: they share each step. No size of tile divides the
    /// units.</summary>
    [Fact]
    public void GradientsDoNotDependOnThreadsAndHardlyOnVectors()
    {
        foreach (Layer layer in new Layer[] { new LSTM(83), new GRU(83) })
        {
            NetworkDefinition network = NetworkDefinition.Build(new(5, Features), b => b.Add(layer, "layer"));
            float[] expected = Gradients(network, SimdLevel.Scalar, 1);
            foreach (SimdLevel level in SimdLevels.Supported)
            {
                float[] alone = Gradients(network, level, 1);
                Assert.Equal(alone, Gradients(network, level, 3));
                Assert.All(expected.Zip(alone), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            }
        }

        static float[] Gradients(NetworkDefinition network, SimdLevel level, int threads)
        {
            NetworkWeights weights = SessionFactory.Weights(network);
            TrainingSessionOptions options = SessionFactory.Options(1) with { InputGradients = true };
            using ManagedTrainingSession<float> session = SessionFactory.Train<float>(network, weights, options, level, threads);
            float[] outputs = new float[network.OutputShape.Size], inputs = new float[network.InputShape.Size];
            session.Forward(SessionFactory.Normal(1, inputs.Length), 1, outputs);
            session.Backward(SessionFactory.Normal(2, outputs.Length, 0.1), inputs);
            return [.. outputs, .. inputs, .. weights.SelectMany(weight => session.Gradient(weight.Key).ToArray())];
        }
    }

    /// <summary>The equations, with all weights 0 but the biases, over two steps.</summary>
    [Fact]
    public void Equations()
    {
        NetworkWeights lstm = new(
        [
            new("0.weight_ih_l0", new(new(4, 1), [0, 0, 0, 0])), new("0.weight_hh_l0", new(new(4, 1), [0, 0, 0, 2])),
            new("0.bias_ih_l0", new(new(4), [1, 2, 0.5f, -1])), new("0.bias_hh_l0", new(new(4), [0.5f, -1, 0.25f, 0])),
        ]);
        double cell1 = Sigmoid(1.5) * Math.Tanh(0.75), state1 = Sigmoid(-1) * Math.Tanh(cell1);
        double cell2 = Sigmoid(1) * cell1 + cell1, state2 = Sigmoid(2 * state1 - 1) * Math.Tanh(cell2);
        Equal([state1, state2], Score(NetworkDefinition.Build(new(2, 1), b => b.LSTM(1)), lstm, [7, 8], 1));

        NetworkWeights gru = new(
        [
            new("0.weight_ih_l0", new(new(3, 1), [0, 0, 1])), new("0.weight_hh_l0", new(new(3, 1), [0, 0, 3])),
            new("0.bias_ih_l0", new(new(3), [1, 2, 0.5f])), new("0.bias_hh_l0", new(new(3), [0.5f, -1, 0.25f])),
        ]);
        state1 = (1 - Sigmoid(1)) * Math.Tanh(0.2 + 0.5 + Sigmoid(1.5) * 0.25);
        state2 = (1 - Sigmoid(1)) * Math.Tanh(-0.1 + 0.5 + Sigmoid(1.5) * (3 * state1 + 0.25)) + Sigmoid(1) * state1;
        Equal([state1, state2], Score(NetworkDefinition.Build(new(2, 1), b => b.GRU(1)), gru, [0.2f, -0.1f], 1));

        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

        static void Equal(double[] expected, float[] actual) =>
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Theory]
    [InlineData("0.weight_ih_l0", "0.bias_hh_l0_reverse")]
    [InlineData("0.weight_hh_l0", "0.weight_hh_l0_reverse", "0.bias_ih_l0")]
    [InlineData("0.weight_ih_l0", "0.weight_hh_l0", "0.bias_ih_l0", "0.bias_hh_l0")]
    public void FrozenParameters(params string[] frozen)
    {
        foreach (Layer layer in new Layer[] { new LSTM(3, Bidirectional: true), new GRU(3, Bidirectional: true) })
            GradientCheck.Run(NetworkDefinition.Build(new(5, 2), b => b.Add(layer).Flatten().Linear(2)), 4, frozen: new HashSet<string>(frozen));
    }

    [Fact]
    public void ParametersAreThoseOfPyTorch()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(6, 4), b => b.GRU(5, layers: 2, bidirectional: true, name: "rnn"));
        Assert.Equal(
            [
                "rnn.weight_ih_l0 [15×4]", "rnn.weight_hh_l0 [15×5]", "rnn.bias_ih_l0 [15]", "rnn.bias_hh_l0 [15]",
                "rnn.weight_ih_l0_reverse [15×4]", "rnn.weight_hh_l0_reverse [15×5]", "rnn.bias_ih_l0_reverse [15]",
                "rnn.bias_hh_l0_reverse [15]", "rnn.weight_ih_l1 [15×10]", "rnn.weight_hh_l1 [15×5]", "rnn.bias_ih_l1 [15]",
                "rnn.bias_hh_l1 [15]", "rnn.weight_ih_l1_reverse [15×10]", "rnn.weight_hh_l1_reverse [15×5]",
                "rnn.bias_ih_l1_reverse [15]", "rnn.bias_hh_l1_reverse [15]",
            ],
            network.Parameters.Select(spec => $"{spec.Name} {spec.Shape}"));
        float[] drawn = [.. NetworkWeights.Initialize(network, 1).SelectMany(pair => pair.Value.Values)];
        float bound = 1 / MathF.Sqrt(5);
        Assert.All(drawn, value => Assert.InRange(value, -bound, bound));
        Assert.InRange(drawn.Max() - drawn.Min(), 1.95f * bound, 2 * bound);
    }

    [Theory]
    [InlineData(0, 1, 0, "hidden size and layers of at least 1")]
    [InlineData(2, 0, 0, "hidden size and layers of at least 1")]
    [InlineData(2, 1, 1, "dropout in [0, 1)")]
    public void OptionsThatMakeNoSense(int hidden, int layers, double dropout, string message) => Assert.Contains(
        message, Assert.Throws<ArgumentException>(() => NetworkDefinition.Build(new(6, 4), b => b.LSTM(hidden, layers, dropout: dropout))).Message);

    [Fact]
    public void InputsThatDoNotFit()
    {
        Assert.Contains("Layer '0' (GRU) expects steps of features, [length×features], or several sequences without a mask, but its input is [4].", Error(new(4), b => b.GRU(3)));
        Assert.Contains("without a mask, but its input is [2×6×4]", Error(new(2, 6, 4), b => b.GRU(3, mask: "input")));
        Assert.Contains("expects steps of features", Error(new(4), b => b.PoolOverTime()));
        Assert.Contains(
            "needs a mask of [6], one value a step, but its second input is [6×4].", Error(new(6, 4), b => b.GRU(3, mask: "input")));
        Assert.Contains(
            "needs a mask of [6], one value a step, but its second input is [6×4].", Error(new(6, 4), b => b.PoolOverTime(mask: "input")));
        Assert.Contains("takes 1 input and perhaps a mask, not 3.", Error(new(6, 4), b => b.Add(new LSTM(2), "a", "input", "input", "input")));

        static string Error(TensorShape shape, Action<NetworkBuilder> build) =>
            Assert.Throws<ArgumentException>(() => NetworkDefinition.Build(shape, build)).Message;
    }

    private static NetworkDefinition Padded(Layer layer, int length) => NetworkDefinition.Build(b =>
    {
        string values = b.Input("values", new(length, Features)), count = b.Input("length", new(1));
        string mask = b.From(count).SequenceMask(length, "mask").Current;
        b.Add(layer, "layer", values, mask);
    });

    /// <summary>Outputs, the gradients of inputs, and of weights, of the places of rows that are there; the others must be 0.</summary>
    private static (float[] Outputs, float[] InputGradients, NetworkWeights Gradients) Train(
        Layer layer, int[] lengths, int room, SimdLevel simd)
    {
        NetworkDefinition network = Padded(layer, room);
        NetworkWeights weights = SessionFactory.Weights(network), gradients = weights.Clone();
        TrainingSessionOptions options = SessionFactory.Options(lengths.Length) with { InputGradients = true };
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(network, weights, options, simd);
        int inputs = room * Features + 1, outputs = (int)network.OutputShape.Size;
        bool givesSteps = network.OutputShape.Rank == 2;
        float[] rows = new float[lengths.Length * inputs], scores = new float[lengths.Length * outputs];
        float[] outputGradients = new float[scores.Length], inputGradients = new float[rows.Length];
        for (int row = 0; row < lengths.Length; row++)
        {
            SessionFactory.Normal(row, lengths[row] * Features).CopyTo(rows, row * inputs);
            rows[(row + 1) * inputs - 1] = lengths[row];
            int used = givesSteps ? outputs / room * lengths[row] : outputs;
            SessionFactory.Normal(100 + row, used).CopyTo(outputGradients, row * outputs);
        }
        session.Forward(rows, lengths.Length, scores);
        session.Backward(outputGradients, inputGradients);
        session.ReadGradients(gradients);
        return (Used(scores, givesSteps ? outputs / room : 0), Used(inputGradients, Features), gradients);

        float[] Used(float[] values, int step) => step == 0
            ? values
            : [.. values.Chunk(values.Length / lengths.Length).SelectMany((row, i) =>
            {
                Assert.All(row[(lengths[i] * step)..], value => Assert.Equal(0, value));
                return row[..(lengths[i] * step)];
            })];
    }

    private static float[] Score(NetworkDefinition network, NetworkWeights weights, float[] rows, int count)
    {
        float[] scores = new float[count * network.OutputShape.Size];
        using IInferenceSession session = SessionFactory.Infer(new(network, weights), count);
        session.Run(rows, count, scores);
        return scores;
    }
}
