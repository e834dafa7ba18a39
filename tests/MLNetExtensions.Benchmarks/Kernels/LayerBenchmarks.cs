using BenchmarkDotNet.Attributes;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>Networks of one layer, forward and backward on a batch: the layers that are no kernels of their own. Converting the
/// layout of the rows is part of it.</summary>
public class LayerBenchmarks
{
    private const int Rows = 128;

    private ITrainingSession _session = null!;
    private float[] _features = [], _targets = [], _outputs = [];

    [Params(1, 2)]
    public int Threads { get; set; }

    [Params("softmax", "batch norm", "layer norm", "local response norm", "gelu", "tanh")]
    public string Layer { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        TensorShape shape = Layer is "softmax" or "layer norm" ? new(1000) : new(32, 16, 16);
        NetworkDefinition network = NetworkDefinition.Build(shape, builder => _ = Layer switch
        {
            "softmax" => builder.Softmax(),
            "batch norm" => builder.BatchNorm2d(),
            "layer norm" => builder.LayerNorm(),
            "local response norm" => builder.LocalResponseNorm(5),
            "gelu" => builder.GELU(),
            _ => builder.Tanh(),
        });
        _session = new ManagedEngine(Threads).CreateTrainingSession(
            network, NetworkWeights.Initialize(network, seed: 1), new(Rows, new MeanSquaredErrorLoss(), new Sgd(), Seed: 1));
        _features = new float[Rows * shape.Size];
        new NormalInitializer(1).Fill(_features, new Random(1));
        (_targets, _outputs) = (new float[_features.Length], new float[_features.Length]);
    }

    [GlobalCleanup]
    public void CleanUp() => _session.Dispose();

    [Benchmark]
    public void Forward() => _session.Infer(_features, Rows, _outputs);

    [Benchmark]
    public double ForwardAndBackward() => _session.ComputeGradients(new(Rows, _features, _targets));
}
