using System.Numerics;
using System.Text.Json;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>What PyTorch computed for every layer and for 20 steps of every optimiser, recorded by Data/torch_reference.py.</summary>
public class TorchReferenceTests
{
    private const int Rows = 7;

    private static readonly Document Recorded = Read();

    public static TheoryData<int, string> Layers
    {
        get
        {
            TheoryData<int, string> data = [];
            for (int i = 0; i < Recorded.Layers.Length; i++)
                data.Add(i, string.Join(" ", Recorded.Layers[i].Definition.Nodes.Select(node => node.Layer.GetType().Name)));
            return data;
        }
    }

    public static TheoryData<string> Optimisers => [.. Recorded.Optimisers.Select(run => run.Name)];

    [Theory, MemberData(nameof(Layers))]
    public void LayerInDoublePrecision(int index, string layers) => CheckLayer<double>(index, layers, 1e-7);

    [Theory, MemberData(nameof(Layers))]
    public void LayerInSinglePrecision(int index, string layers) => CheckLayer<float>(index, layers, 1e-4);

    [Theory, MemberData(nameof(Optimisers))]
    public void TwentySteps(string name)
    {
        CheckSteps<double>(name, 1e-7);
        CheckSteps<float>(name, 1e-4);
    }

    private static void CheckLayer<T>(int index, string layers, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        LayerCase recorded = Recorded.Layers[index];
        NetworkDefinition network = recorded.Definition;
        using ManagedTrainingSession<T> session = SessionFactory.Train<T>(network, Weights(network), SessionFactory.Options(Rows));
        float[] features = Values(50, Rows * network.InputShape.Size), targets = Values(60, Rows * network.OutputShape.Size);

        // No learning: the step leaves the weights and takes the batch into the running statistics.
        double loss = session.TrainStep(new(Rows, features, targets), learningRate: 0);
        AssertClose([recorded.TrainingLoss], [loss], tolerance, layers);
        NetworkWeights gradients = Weights(network), weights = Weights(network);
        session.ReadGradients(gradients);
        foreach ((string name, double[] expected) in recorded.Gradients)
            AssertClose(expected, gradients[name].Values, tolerance, $"{layers}: gradient of {name}");
        session.ReadWeights(weights);
        foreach ((string name, double[] expected) in recorded.Buffers)
            AssertClose(expected, weights[name].Values, tolerance, $"{layers}: {name}");
        float[] outputs = new float[recorded.Outputs.Length];
        session.Infer(features, Rows, outputs);
        AssertClose(recorded.Outputs, outputs, tolerance, $"{layers}: outputs");

        using IInferenceSession inference = SessionFactory.Infer(new(network, weights), Rows);
        inference.Run(features, Rows, outputs);
        AssertClose(recorded.Outputs, outputs, 1e-4, $"{layers}: outputs of a session that only scores");
        for (int row = 0, size = outputs.Length / Rows; row < Rows; row++)
        {
            inference.Run(features.AsSpan(row * features.Length / Rows, features.Length / Rows), 1, outputs.AsSpan(row * size, size));
            Assert.All(recorded.Outputs[(row * size)..((row + 1) * size)].Zip(outputs[(row * size)..]), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    private static void CheckSteps<T>(string name, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        OptimiserRun run = Recorded.Optimisers.Single(run => run.Name == name);
        Optimizer optimizer = (Optimizer)run.Options.Deserialize(
            typeof(Optimizer).Assembly.GetType($"{typeof(Optimizer).Namespace}.{name.Split(' ')[0]}")!, JsonSerializerOptions.Web)!;
        NetworkDefinition network = NetworkDefinition.Build(new(4), b => b.Linear(6).Tanh().Linear(3));
        TrainingSessionOptions options = SessionFactory.Options(Rows, new CrossEntropyLoss(), optimizer);
        if (name.Contains("clipped"))
            options = options with { GradientClipValue = 0.05, GradientClipNorm = 0.1 };
        using ManagedTrainingSession<T> session = SessionFactory.Train<T>(network, Weights(network), options);
        double[] losses = new double[run.Losses.Length];
        for (int step = 0; step < losses.Length; step++)
            losses[step] = session.TrainStep(new(Rows, Values(50 + step, Rows * 4), [0, 1, 2, 0, 1, 2, 0]), 0.02 / (1 + 0.1 * step));
        AssertClose(run.Losses, losses, tolerance, $"{name}: losses");
        NetworkWeights weights = Weights(network);
        session.ReadWeights(weights);
        foreach ((string parameter, double[] expected) in run.Weights)
            AssertClose(expected, weights[parameter].Values, tolerance, $"{name}: {parameter}");
    }

    private static void AssertClose<T>(double[] expected, T[] actual, double tolerance, string what)
        where T : INumber<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        // Gradients that cancel out (of a bias before a normalisation) are rounding errors on both sides.
        double scale = Math.Max(expected.Max(Math.Abs), 0.01);
        for (int i = 0; i < expected.Length; i++)
        {
            double value = double.CreateTruncating(actual[i]);
            Assert.True(Math.Abs(value - expected[i]) <= tolerance * scale, $"{what}[{i}]: {value:g9}, PyTorch has {expected[i]:g9}");
        }
    }

    private static float[] Values(int seed, long count, double scale = 1, double offset = 0) =>
        [.. Enumerable.Range(0, (int)count).Select(i => (float)(scale * Math.Sin(seed + 1.7 * i + 0.01 * i * i) + offset))];

    /// <summary>The k-th tensor of PyTorch's state_dict comes from seed k; num_batches_tracked, which only PyTorch has, counts too.</summary>
    private static NetworkWeights Weights(NetworkDefinition network)
    {
        int seed = -1;
        return new(network.Parameters.Select(spec =>
        {
            seed++;
            float[] values = Values(seed, spec.Shape.Size, 0.3, spec.Name.EndsWith("running_var") ? 0.7 : 0.1);
            if (spec.Name.EndsWith("running_var"))
                seed++;
            return KeyValuePair.Create(spec.Name, new WeightTensor(spec.Shape, values));
        }).ToList());
    }

    private static Document Read()
    {
        using Stream stream = typeof(TorchReferenceTests).Assembly.GetManifestResourceStream("layer_references.json")!;
        return JsonSerializer.Deserialize<Document>(stream, JsonSerializerOptions.Web)!;
    }

    private sealed record LayerCase(
        JsonElement Network, double TrainingLoss, Dictionary<string, double[]> Gradients, Dictionary<string, double[]> Buffers, double[] Outputs)
    {
        public NetworkDefinition Definition => NetworkJson.Deserialize(Network.GetRawText());
    }

    private sealed record OptimiserRun(string Name, JsonElement Options, double[] Losses, Dictionary<string, double[]> Weights);

    private sealed record Document(LayerCase[] Layers, OptimiserRun[] Optimisers);
}
