using System.Numerics;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>Makes sessions, batches and networks for the tests of the managed engine.</summary>
internal static class SessionFactory
{
    public static ManagedTrainingSession<T> Train<T>(
        NetworkDefinition network, NetworkWeights weights, TrainingSessionOptions options, SimdLevel? level = null, int threads = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(network, weights, options, new(level ?? SimdLevels.Best, new(threads)));

    public static IInferenceSession Infer(NetworkModel model, int maxBatchSize, SimdLevel? level = null, int threads = 1)
    {
        using ManagedCompiledNetwork<float> network = new(model, level ?? SimdLevels.Best, new(threads));
        return network.CreateSession(maxBatchSize);
    }

    public static TrainingSessionOptions Options(int batchSize, Loss? loss = null, Optimizer? optimizer = null) =>
        new(batchSize, loss ?? new MeanSquaredErrorLoss(), optimizer ?? new Sgd(), Seed: 5);

    /// <summary>Values of a normal distribution.</summary>
    public static float[] Normal(int seed, long count, double scale = 1)
    {
        float[] values = new float[count];
        new NormalInitializer(scale).Fill(values, new Random(seed));
        return values;
    }

    /// <summary>Initial weights, every one of them (biases and statistics too) moved away from its default so that no gradient is zero by chance.</summary>
    public static NetworkWeights Weights(NetworkDefinition network, int seed = 3)
    {
        NetworkWeights weights = NetworkWeights.Initialize(network, seed);
        Random random = new(seed);
        foreach ((string name, WeightTensor tensor) in weights)
        {
            for (int i = 0; i < tensor.Values.Length; i++)
                tensor.Values[i] += (float)(name.EndsWith("running_var") ? random.NextDouble() : random.NextDouble() - 0.5) * 0.4f;
        }
        return weights;
    }
}
