using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>Runs the same work on both engines and compares everything that comes out.</summary>
internal static class Parity
{
    /// <summary>The largest relative error in Single.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Weights whose every value is moved away from its default, so that no gradient is zero by chance.</summary>
    public static NetworkWeights Weights(NetworkDefinition network, double noise = 0.2, int seed = 3)
    {
        NetworkWeights weights = NetworkWeights.Initialize(network, seed);
        Random random = new(seed);
        foreach ((string name, WeightTensor tensor) in weights)
        {
            foreach (ref float value in tensor.Values.AsSpan())
                value += (float)(noise * (name.EndsWith("running_var") ? 2 * random.NextDouble() : 2 * random.NextDouble() - 1));
        }
        return weights;
    }

    /// <summary>Values of a normal distribution.</summary>
    public static float[] Normal(int seed, long count)
    {
        float[] values = new float[count];
        new NormalInitializer(1).Fill(values, new Random(seed));
        return values;
    }

    /// <summary>Targets that the loss takes.</summary>
    public static float[] Targets(Loss loss, int count, int outputs) => loss switch
    {
        CrossEntropyLoss => [.. Enumerable.Range(0, count).Select(i => (float)(i * 7 % outputs))],
        BinaryCrossEntropyLoss => [.. Enumerable.Range(0, count * outputs).Select(i => (float)(i % 3 % 2))],
        _ => Normal(12, (long)count * outputs),
    };

    /// <summary>Compares outputs, gradients, and the weights and losses of some training steps.</summary>
    public static void Check(
        NetworkDefinition network, TrainingSessionOptions options, NetworkWeights? weights = null, int steps = 20, bool weighted = false)
    {
        weights ??= Weights(network);
        int count = options.BatchSize, outputSize = (int)network.OutputShape.Size;
        float[] features = Normal(11, count * network.InputShape.Size);
        float[] targets = Targets(options.Loss, count, outputSize);
        float[] exampleWeights = weighted ? [.. Enumerable.Range(0, count).Select(i => i % 4 * 0.5f + 0.25f)] : [];

        using ITrainingSession expected = ManagedEngine.Default.CreateTrainingSession(network, weights, options);
        using ITrainingSession actual = new TorchSharpEngine("cpu").CreateTrainingSession(network, weights, options);
        Equal("first outputs", Infer(expected), Infer(actual));

        Equal("loss", [(float)Gradients(expected, out NetworkWeights managed)], [(float)Gradients(actual, out NetworkWeights torch)]);
        EqualTensors("gradient", managed, torch);

        double rate = options.Optimizer.LearningRate;
        for (int step = 0; step < steps; step++)
        {
            // The last step is on fewer examples, as the last batch of an epoch.
            int part = step == steps - 1 ? Math.Max(2, count - 1) : count;
            Equal($"loss of step {step + 1}", [(float)Step(expected, part)], [(float)Step(actual, part)]);
        }
        if (steps > 0)
        {
            NetworkWeights managedWeights = weights.Clone(), torchWeights = weights.Clone();
            expected.ReadWeights(managedWeights);
            actual.ReadWeights(torchWeights);
            EqualTensors("weights", managedWeights, torchWeights);
            Equal("last outputs", Infer(expected), Infer(actual));
        }

        float[] Infer(ITrainingSession session)
        {
            float[] outputs = new float[count * outputSize];
            session.Infer(features, count, outputs);
            return outputs;
        }

        double Gradients(ITrainingSession session, out NetworkWeights gradients)
        {
            double loss = session.ComputeGradients(new(count, features, targets, exampleWeights));
            session.ReadGradients(gradients = weights.Clone());
            return loss;
        }

        double Step(ITrainingSession session, int part) => session.TrainStep(
            new(
                part,
                features.AsSpan(0, features.Length / count * part),
                targets.AsSpan(0, targets.Length / count * part),
                exampleWeights.AsSpan(0, weighted ? part : 0)),
            rate);
    }

    /// <summary>Fails unless the distance of two tensors is within the tolerance of their length.</summary>
    public static void Equal(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double floor = 0)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0;
        for (int i = 0; i < expected.Length; i++)
            difference += Math.Pow((double)expected[i] - actual[i], 2);
        double error = Math.Sqrt(difference) / Math.Max(Math.Max(Length(expected), floor), 1e-30);
        Assert.True(error <= Tolerance, $"{what}: relative error {error:g3}");
    }

    /// <summary>Compares tensor by tensor; lengths below a hundredth of the largest count as that, for gradients that cancel out
    /// to almost nothing.</summary>
    private static void EqualTensors(string what, NetworkWeights expected, NetworkWeights actual)
    {
        double largest = expected.Max(pair => Length(pair.Value.Values));
        foreach ((string name, WeightTensor tensor) in expected)
            Equal($"{what} of {name}", tensor.Values, actual[name].Values, largest / 100);
    }

    private static double Length(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }
}
