using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>A network of our engine at work: what worker.py does in another library, on the same weights and examples.</summary>
internal abstract class NetworkWorkload : LocalContender
{
    /// <summary>As in worker.py.</summary>
    protected const int StepsToCompare = 3;

    private readonly TensorShape _inputShape;
    private readonly int _batches;
    private int _next;

    protected NetworkWorkload(string workload, NetworkDefinition network, ManagedEngine engine, int batches, int batchSize)
    {
        (Workload, _inputShape, _batches, BatchSize) = (workload, network.InputShape, batches, batchSize);
        Name = engine.Name;
        InitialWeights = NetworkWeights.Initialize(network, seed: 1);
        Features = new float[batches * batchSize * _inputShape.Size];
        new NormalInitializer(1).Fill(Features, new Random(2));
    }

    /// <summary>The name that worker.py knows it by.</summary>
    public string Workload { get; }

    public override string Name { get; }

    public NetworkWeights InitialWeights { get; }

    protected int BatchSize { get; }

    protected float[] Features { get; }

    /// <summary>The class or number of each example; null for inference.</summary>
    protected virtual float[]? Targets => null;

    /// <summary>Everything that another library needs to do the same.</summary>
    public NetworkWeights Inputs()
    {
        TensorShape features = new([_batches, BatchSize, .. _inputShape.Dimensions]), targets = new(_batches, BatchSize);
        List<KeyValuePair<string, WeightTensor>> tensors = [.. InitialWeights, new("features", new(features, Features))];
        if (Targets is not null)
            tensors.Add(new("targets", new(targets, Targets)));
        return new(tensors);
    }

    /// <summary>Does the first steps and returns the weights that they lead to, or the outputs.</summary>
    public NetworkWeights FirstSteps()
    {
        for (int i = 0; i < StepsToCompare; i++)
            Step();
        return Result();
    }

    protected abstract NetworkWeights Result();

    protected abstract void Step(int batch);

    protected sealed override void Step()
    {
        Step(_next);
        _next = _next + 1 < _batches ? _next + 1 : 0;
    }

    protected ReadOnlySpan<float> FeaturesOf(int batch)
    {
        int length = Features.Length / _batches;
        return Features.AsSpan(batch * length, length);
    }
}
