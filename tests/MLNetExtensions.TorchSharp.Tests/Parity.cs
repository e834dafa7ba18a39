using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>Runs the same work on both engines and compares everything that comes out.</summary>
internal static class Parity
{
    /// <summary>The largest relative error in Single.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Compares outputs, gradients, and the weights and losses of some training steps.</summary>
    public static void Check(
        NetworkDefinition network, TrainingSessionOptions options, double learningRate, NetworkWeights? weights = null,
        int steps = 20, bool weighted = false)
    {
        using SessionPair sessions = SessionPair.OfSingle(network, options, learningRate, weights, weighted);
        sessions.CompareOutputs();
        sessions.CompareGradients();
        for (int step = 1; step <= steps; step++)
            sessions.Step(isLast: step == steps);
        sessions.CompareWeights();
        sessions.CompareOutputs();
    }

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
    public static float[] Targets(Loss? loss, int count, int outputs) => Targets(loss, count, new RowLayout(outputs));

    /// <inheritdoc cref="Targets(Loss?, int, int)"/>
    public static float[] Targets(Loss? loss, int count, RowLayout layout) => loss is CompositeLoss composite
        ? OfParts(composite, count, layout)
        : OfOutput(loss, count, loss is EvidenceLowerBoundLoss ? loss.TargetSize(layout) : layout.Size);

    /// <summary>The targets of the parts behind each other, without those that a part takes from another.</summary>
    private static float[] OfParts(CompositeLoss loss, int count, RowLayout layout)
    {
        float[][] parts =
        [
            .. loss.Parts.Where(part => part.TargetOf is null)
                .Select(part => OfOutput(part.Loss, count, layout.Of(part.Output).Size)),
        ];
        return
        [
            .. Enumerable.Range(0, count).SelectMany(
                row => parts.SelectMany(part => part.Skip(row * part.Length / count).Take(part.Length / count))),
        ];
    }

    private static float[] OfOutput(Loss? loss, int count, int outputs) => loss switch
    {
        CrossEntropyLoss or Networks.Tests.FocalLoss => [.. Enumerable.Range(0, count).Select(i => (float)(i * 7 % outputs))],
        SequenceCrossEntropyLoss places =>
            [.. Enumerable.Range(0, count * outputs / places.Classes).Select(i => (float)(i * 7 % places.Classes))],
        BinaryCrossEntropyLoss => [.. Enumerable.Range(0, count * outputs).Select(i => (float)(i % 3 % 2))],
        _ => Normal(12, (long)count * outputs),
    };

    /// <summary>Fails unless the distance of two tensors is within the tolerance of their length.</summary>
    public static void Equal(
        string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance = Tolerance) =>
        Within(what, Error(expected, actual, 0), tolerance);

    /// <summary>Fails unless every tensor is within the tolerance, as <see cref="Worst"/> counts.</summary>
    public static void Equal(string what, NetworkWeights expected, NetworkWeights actual, double tolerance = Tolerance)
    {
        (string name, double error) = Worst(expected, actual);
        Within($"{what} of {name}", error, tolerance);
    }

    /// <summary>The tensor of the largest relative error; lengths below a hundredth of the largest count as that, for gradients
    /// that cancel out to almost nothing.</summary>
    public static (string Name, double Error) Worst(NetworkWeights expected, NetworkWeights actual)
    {
        double largest = expected.Max(pair => Length(pair.Value.Values));
        return expected
            .Select(pair => (pair.Key, Error(pair.Value.Values, actual[pair.Key].Values, largest / 100)))
            .MaxBy(pair => double.IsNaN(pair.Item2) ? double.PositiveInfinity : pair.Item2);
    }

    private static double Error(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double floor)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0;
        for (int i = 0; i < expected.Length; i++)
            difference += Math.Pow((double)expected[i] - actual[i], 2);
        return Math.Sqrt(difference) / Math.Max(Math.Max(Length(expected), floor), 1e-30);
    }

    private static void Within(string what, double error, double tolerance) =>
        Assert.True(error <= tolerance, $"{what}: relative error {error:g3}");

    private static double Length(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }
}
