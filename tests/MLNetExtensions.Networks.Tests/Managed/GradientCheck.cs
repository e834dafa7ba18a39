using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>Compares every gradient of a network with central finite differences of its loss, in double precision.</summary>
internal static class GradientCheck
{
    private const double Step = 1e-5, Tolerance = 1e-6;

    public static void Run(
        NetworkDefinition network, int count, Loss? loss = null, bool weighted = false, SimdLevel? level = null, IReadOnlySet<string>? frozen = null)
    {
        TrainingSessionOptions options = SessionFactory.Options(count + 1, loss) with { Frozen = frozen ?? new HashSet<string>() };
        using ManagedTrainingSession<double> session = SessionFactory.Train<double>(network, SessionFactory.Weights(network), options, level);
        float[] features = Examples.Of(network, count, 11);
        int targetSize = options.Loss!.TargetSize(network.OutputLayout);
        float[] targets = options.Loss switch
        {
            CrossEntropyLoss => [.. Enumerable.Range(0, count).Select(i => (float)(i * 7 % network.OutputShape.Channels))],
            BinaryCrossEntropyLoss => [.. Enumerable.Range(0, count * targetSize).Select(i => (float)(i % 3 % 2))],
            _ => SessionFactory.Normal(12, count * targetSize),
        };
        float[] weights = weighted ? [.. Enumerable.Range(0, count).Select(i => i % 4 * 0.5f + 0.25f)] : [];

        // A larger batch before leaves garbage in the lanes that must not matter.
        float[] more = Examples.Of(network, count + 1, 13);
        session.ComputeGradients(new(count + 1, more, [.. targets, .. targets[..targetSize]]));

        int compared = 0;
        foreach (ParameterSpec spec in network.Parameters.Where(spec => spec.Role == ParameterRole.Trainable && !options.Frozen.Contains(spec.Name)))
        {
            Loss();
            double[] gradient = session.Gradient(spec.Name).ToArray();
            for (int i = 0; i < gradient.Length; i += 1 + gradient.Length / 60)
            {
                if (IsPadding(spec.Name, i))
                {
                    Assert.Equal(0, gradient[i]);
                    continue;
                }
                double numeric = (LossAt(spec.Name, i, Step) - LossAt(spec.Name, i, -Step)) / (2 * Step);
                Assert.True(
                    Math.Abs(numeric - gradient[i]) <= Tolerance * Math.Max(1, Math.Abs(numeric)),
                    $"{spec.Name}[{i}]: {gradient[i]:g9}, by differences {numeric:g9}");
                compared++;
            }
            Assert.Contains(gradient, value => value != 0);
        }
        Assert.True(compared > 0);

        // The loss depends on the vector of padding, which is not trained all the same.
        bool IsPadding(string name, int index) =>
            network.Nodes.Any(node => name == $"{node.Name}.weight" && node.Layer is Embedding table && index / table.EmbeddingDim == table.PaddingIndex);

        double Loss() => session.ComputeGradients(new(count, features, targets, weights));

        double LossAt(string name, int index, double shift)
        {
            double value = session.Parameter(name)[index];
            session.Parameter(name)[index] = value + shift;
            double loss = Loss();
            session.Parameter(name)[index] = value;
            return loss;
        }
    }
}
