using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>What every engine's training sessions promise; each test project runs it on its engines.</summary>
internal static class EngineContract
{
    private const int Count = 10;

    /// <summary>Everything whose state a step can touch: running statistics, dropout, an average, clipping.</summary>
    private static readonly NetworkDefinition Network = NetworkDefinition.Build(new(6), b => b
        .Linear(12).BatchNorm1d().Tanh().Dropout(0.3).Linear(3));

    private static readonly TrainingSessionOptions Options = new(Count, new CrossEntropyLoss(), new Adam(), Seed: 7)
    {
        GradientClipNorm = 0.5, AverageDecay = 0.9, InputGradients = true,
    };

    private static readonly float[] Features = Normal(1, 6 * Count), Labels = [.. Enumerable.Range(0, Count).Select(i => (float)(i % 3))];

    /// <summary>Forward, a loss outside, backward and update are what a step is, to the last bit.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="loss">A loss of a class index that the engine computes on the processor, as whoever takes the parts.</param>
    public static void PartsMakeAStep(INetworkEngine engine, Loss loss)
    {
        TrainingSessionOptions options = Options with { Loss = loss };
        NetworkWeights whole = Run(session => Assert.True(double.IsFinite(session.TrainStep(new(Count, Features, Labels), 0.01))));
        NetworkWeights parts = Run(session =>
        {
            float[] outputs = new float[3 * Count], slopes = new float[3 * Count], scores = new float[3];
            session.Forward(Features, Count, outputs);
            Differentiate(loss, outputs, slopes);
            session.Backward(slopes, new float[6 * Count]);
            // Scoring in between leaves gradients and statistics alone.
            session.Infer(Features.AsSpan(0, 6), 1, scores);
            Assert.True(session.Update(0.01));
        });
        Assert.All(whole, pair => Assert.Equal(pair.Value.Values, parts[pair.Key].Values));

        NetworkWeights Run(Action<ITrainingSession> step)
        {
            NetworkWeights weights = NetworkWeights.Initialize(Network, 2);
            using ITrainingSession session = engine.CreateTrainingSession(Network, weights, options);
            for (int i = 0; i < 5; i++)
                step(session);
            session.ReadWeights(weights);
            return new([.. weights, .. session.ReadState()]);
        }
    }

    /// <summary>The gradients of two halves of a batch, as from two machines, add up to those of the whole.</summary>
    public static void GradientsAddUp(INetworkEngine engine)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(6), b => b.Linear(12).Tanh().Linear(3));
        TrainingSessionOptions options = Options with { GradientClipNorm = null, AverageDecay = null };
        NetworkWeights start = NetworkWeights.Initialize(network, 2), whole = start.Clone(), halves = start.Clone();
        using ITrainingSession session = engine.CreateTrainingSession(network, start, options);
        Assert.Equal(network.ParameterCount, session.GradientLength);
        session.TrainStep(new(Count, Features, Labels), 0.01);
        session.ReadWeights(whole);

        using ITrainingSession other = engine.CreateTrainingSession(network, start, options);
        float[] first = new float[other.GradientLength], second = new float[other.GradientLength];
        other.ComputeGradients(new(5, Features.AsSpan(0, 30), Labels.AsSpan(0, 5)));
        other.ReadGradients(first);
        other.ComputeGradients(new(5, Features.AsSpan(30), Labels.AsSpan(5)) { Part = 1 });
        other.ReadGradients(second);
        other.WriteGradients([.. first.Zip(second, (a, b) => (a + b) / 2)]);
        NetworkWeights named = start.Clone();
        other.ReadGradients(named);
        Assert.Equal((first[0] + second[0]) / 2, named["0.weight"].Values[0]);
        Assert.True(other.Update(0.01));
        other.ReadWeights(halves);
        Assert.All(whole, pair => Assert.All(
            pair.Value.Values.Zip(halves[pair.Key].Values), values => Assert.Equal(values.First, values.Second, 1e-4)));
    }

    /// <summary>A run that adds the gradients of four batches up makes the updates of one with batches four times as large, weights of
    /// examples and of classes included.</summary>
    public static void AccumulatedStepsAreALargeBatch(INetworkEngine engine)
    {
        const int Examples = 44;
        NetworkDefinition network = NetworkDefinition.Build(new(6), b => b.Linear(12).Tanh().Linear(3));
        InMemoryTrainingData<float> data = new(
            new(6), Normal(3, 6 * Examples), [.. Enumerable.Range(0, Examples).Select(i => (float)(i % 3))],
            [.. Enumerable.Range(0, Examples).Select(i => 0.5f + i % 4)]);
        TrainingOptions options = new()
        {
            Loss = new CrossEntropyLoss([1, 2, 0.5f]), Epochs = 3, Seed = 5, LearningRate = 0.01, GradientClipNorm = 0.5,
        };
        TrainingResult whole = Fit(options with { BatchSize = 16 });
        TrainingResult parts = Fit(options with { BatchSize = 4, AccumulateSteps = 4 });
        Assert.All(whole.Model.Weights, pair => Assert.All(
            pair.Value.Values.Zip(parts.Model.Weights[pair.Key].Values), values => Assert.Equal(values.First, values.Second, 1e-4)));
        Assert.All(whole.History.Zip(parts.History), epochs => Assert.Equal(epochs.First.Loss, epochs.Second.Loss, 1e-4));
        // It is not what small batches make by themselves.
        float[] small = Fit(options with { BatchSize = 4 }).Model.Weights["0.weight"].Values;
        Assert.True(small.Zip(whole.Model.Weights["0.weight"].Values).Max(pair => Math.Abs(pair.First - pair.Second)) > 0.01);

        TrainingResult Fit(TrainingOptions given) => NetworkTrainer.Fit(network, engine, data, null, given);
    }

    /// <summary>The outputs that are kept are those of the step, dropout included, before its update.</summary>
    public static void OutputsOfAStepAreKept(INetworkEngine engine)
    {
        TrainingSessionOptions options = Options with { KeepOutputs = true, AverageDecay = null };
        NetworkWeights start = NetworkWeights.Initialize(Network, 2);
        using ITrainingSession session = engine.CreateTrainingSession(Network, start, options), other = engine.CreateTrainingSession(Network, start, options);
        float[] expected = new float[3 * Count], kept = new float[3 * Count];
        session.Forward(Features, Count, expected);
        other.TrainStep(new(Count, Features, Labels), 0.01);
        other.ReadOutputs(kept);
        Assert.Equal(expected, kept);
    }

    /// <summary>Each pass of a step drops other values; the same pass the same ones.</summary>
    public static void PassesDrawTheirOwnNumbers(INetworkEngine engine)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(6), b => b.Dropout(0.5));
        using ITrainingSession session = engine.CreateTrainingSession(network, new([]), Options with { Loss = null, AverageDecay = null });
        float[][] outputs = [.. new[] { 0, 1, 0 }.Select(Forward)];
        Assert.Equal(outputs[0], outputs[2]);
        Assert.NotEqual(outputs[0], outputs[1]);
        Assert.True(session.Update(0.1));
        Assert.NotEqual(outputs[0], Forward(0));

        float[] Forward(int part)
        {
            float[] row = new float[6 * Count];
            session.Forward(Features, Count, row, part);
            return row;
        }
    }

    /// <summary>Attention drops its share of the weights in training only, and scales the others up.</summary>
    public static void AttentionDropsItsShareInTrainingOnly(INetworkEngine engine)
    {
        const int Rows = 32, Keys = 16;
        NetworkDefinition network = NetworkDefinition.Build(new(Keys, 3), b => b.Add(new ScaledDotProductAttention(1, Dropout: 0.25)));
        // Queries and keys of 0 give equal weights, which values of 1 add up.
        float[] features = [.. Enumerable.Range(0, Rows * Keys * 3).Select(i => i % 3 == 2 ? 1f : 0)], sums = new float[Rows * Keys];
        using ITrainingSession session = engine.CreateTrainingSession(
            network, new([]), Options with { BatchSize = Rows, Loss = null, AverageDecay = null });
        session.Forward(features, Rows, sums);
        double average = sums.Average(sum => (double)sum);
        Assert.Equal(1, average, 0.03);
        // A weight of 1/16 is 0 or 4/3 as large: its variance is a third of its square.
        Assert.Equal(1 / 3.0, Keys * sums.Average(sum => (sum - average) * (sum - average)), 0.1);
        session.Infer(features, Rows, sums);
        Assert.All(sums, sum => Assert.Equal(1, sum, 1e-6));
    }

    /// <summary>A recurrent layer of two levels drops its share of the states between them in training only, and scales the others
    /// up.</summary>
    public static void RecurrentLayersDropTheirShareInTrainingOnly(INetworkEngine engine)
    {
        const int Rows = 64, Hidden = 50;
        (Layer Layer, int Gates, Func<double, double> State)[] cases =
        [
            (new LSTM(Hidden, 2, Dropout: 0.25), 4, x => Math.Tanh(Math.Tanh(x) / 2) / 2),
            (new GRU(Hidden, 2, Dropout: 0.25), 3, x => Math.Tanh(x) / 2),
        ];
        foreach ((Layer layer, int gates, Func<double, double> state) in cases)
        {
            NetworkDefinition network = NetworkDefinition.Build(new(1, 1), b => b.Add(layer, "rnn"));
            NetworkWeights weights = new(network.Parameters.Select(spec =>
                KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape, new float[spec.Shape.Size]))));
            // All gates are open by half. Into the third one goes 1 at the lower level, at the upper one the state of the lower.
            weights["rnn.bias_ih_l0"].Values.AsSpan(2 * Hidden, Hidden).Fill(1);
            for (int i = 0; i < Hidden; i++)
                weights["rnn.weight_ih_l1"].Values[(2 * Hidden + i) * Hidden + i] = 1;
            Assert.Equal(gates * Hidden * Hidden, weights["rnn.weight_ih_l1"].Values.Length);
            float[] features = new float[Rows], states = new float[Rows * Hidden];
            using ITrainingSession session = engine.CreateTrainingSession(
                network, weights, Options with { BatchSize = Rows, Loss = null, AverageDecay = null });
            session.Forward(features, Rows, states);
            Assert.Equal(0.25, states.Count(value => value == 0) / (double)states.Length, 0.03);
            Assert.All(states.Where(value => value != 0), value => Assert.Equal(state(state(1) / 0.75), value, 1e-6));
            session.Infer(features, Rows, states);
            Assert.All(states, value => Assert.Equal(state(state(1)), value, 1e-6));
        }
    }

    /// <summary>While training a Gaussian sample has the mean and variance that it is given; while scoring it is the mean.</summary>
    public static void GaussianSamplesHaveTheirMeanAndVariance(INetworkEngine engine)
    {
        const int Rows = 64, Width = 100;
        NetworkDefinition network = NetworkDefinition.Build(b =>
        {
            string mean = b.Input("mean", new(Width)), logVariance = b.Input("log_variance", new(Width));
            b.Add(new GaussianSample(), "sample", mean, logVariance);
        });
        float[] features = new float[Rows * 2 * Width], samples = new float[Rows * Width];
        for (int row = 0; row < Rows; row++)
        {
            features.AsSpan(row * 2 * Width, Width).Fill(3);
            features.AsSpan((row * 2 + 1) * Width, Width).Fill((float)Math.Log(0.25));
        }
        using ITrainingSession session = engine.CreateTrainingSession(
            network, new([]), Options with { BatchSize = Rows, Loss = null, AverageDecay = null });
        session.Forward(features, Rows, samples);
        double average = samples.Average(sample => (double)sample), variance = samples.Average(x => (x - average) * (x - average));
        double fourth = samples.Average(x => Math.Pow(x - average, 4)) / (variance * variance);
        Assert.Equal(3, average, 0.03);
        Assert.Equal(0.25, variance, 0.02);
        Assert.Equal(3, fourth, 0.3);
        Assert.Equal(samples.Length, samples.Distinct().Count(), samples.Length / 100.0);
        session.Infer(features, Rows, samples);
        Assert.All(samples, sample => Assert.Equal(3, sample));
    }

    public static void MistakesAreNamed(INetworkEngine engine)
    {
        NetworkWeights weights = NetworkWeights.Initialize(Network, 2);
        ITrainingSession session = engine.CreateTrainingSession(Network, weights, Options with { Loss = null, InputGradients = false });
        float[] outputs = new float[3 * Count];
        Fails<InvalidOperationException>("without a loss", () => session.TrainStep(new(Count, Features, Labels), 0.1));
        Fails<InvalidOperationException>("follows a Forward", () => session.Backward(outputs));
        session.Forward(Features, Count, outputs);
        Fails<ArgumentException>("30 outputs, 3 each, not 29", () => session.Backward(outputs.AsSpan(1)));
        Fails<InvalidOperationException>("InputGradients", () => session.Backward(outputs, new float[6 * Count]));
        session.Infer(Features, Count, outputs);
        Fails<InvalidOperationException>("follows a Forward", () => session.Backward(outputs));
        session.Forward(Features, Count, outputs);
        session.Backward(outputs);
        Fails<InvalidOperationException>("follows a Forward", () => session.Backward(outputs));
        Fails<ArgumentException>("are 147 values, not 3", () => session.ReadGradients(new float[3]));
        Fails<ArgumentException>("are 147 values, not 3", () => session.WriteGradients(new float[3]));
        Fails<ArgumentOutOfRangeException>("1 to 10", () => session.Forward(new float[66], 11, new float[33]));

        // Gradients that are not finite change nothing.
        float[] gradients = new float[session.GradientLength];
        gradients[5] = float.NaN;
        session.WriteGradients(gradients);
        Assert.False(session.Update(0.1));
        NetworkWeights after = weights.Clone();
        session.ReadWeights(after);
        Assert.All(weights, pair => Assert.Equal(pair.Value.Values, after[pair.Key].Values));
        session.Dispose();
        Fails<ObjectDisposedException>("", () => session.Forward(Features, Count, outputs));
        Fails<ObjectDisposedException>("", () => session.Update(0.1));

        static void Fails<TException>(string message, Action action)
            where TException : Exception => Assert.Contains(message, Assert.Throws<TException>(action).Message);
    }

    /// <summary>Two networks trained against each other reach the distribution that one of them sees.</summary>
    public static void TwoNetworksTrainEachOther(INetworkEngine engine)
    {
        (double mean, double deviation) = GaussianGan.Train(engine, rounds: 2500);
        Assert.Equal(GaussianGan.Mean, mean, 0.25);
        Assert.InRange(deviation / GaussianGan.Deviation, 0.6, 1.4);
    }

    public static float[] Normal(int seed, long count)
    {
        float[] values = new float[count];
        new NormalInitializer(1).Fill(values, new Random(seed));
        return values;
    }

    private static void Differentiate(Loss loss, float[] outputs, float[] slopes)
    {
        (_, double weight) = loss.Accumulate(new OutputBatch<float>(Network.OutputLayout, outputs, Labels, [], slopes));
        foreach (ref float slope in slopes.AsSpan())
            slope *= (float)(1 / weight);
    }
}
