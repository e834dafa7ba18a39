using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>A network of our engine at work, on weights and examples that a peer gets too.</summary>
internal abstract class NetworkWorkload : WorkloadContender
{
    private readonly TensorShape _inputShape;

    protected NetworkWorkload(NetworkDefinition network, ManagedEngine engine, int batches, int batchSize)
        : base(batches)
    {
        (_inputShape, BatchSize) = (network.InputShape, batchSize);
        Name = engine.Name;
        InitialWeights = NetworkWeights.Initialize(network, seed: 1);
        Features = new float[batches * batchSize * _inputShape.Size];
        Random random = new(2);
        if (network.Inputs is [{ VocabularySize: { } ids }])
        {
            // Not 0, which is padding to some.
            foreach (ref float id in Features.AsSpan())
                id = random.Next(1, ids);
        }
        else
        {
            new NormalInitializer(1).Fill(Features, random);
        }
    }

    public override string Name { get; }

    public NetworkWeights InitialWeights { get; }

    protected int BatchSize { get; }

    protected float[] Features { get; }

    /// <summary>The class or number of each example; null for scoring.</summary>
    protected virtual float[]? Targets => null;

    /// <summary>The targets of an example.</summary>
    protected virtual int TargetSize => 1;

    /// <summary>Writes everything that a peer needs to do the same.</summary>
    public virtual void Save(WorkloadFolder folder)
    {
        TensorShape features = new([Batches, BatchSize, .. _inputShape.Dimensions]), targets = TargetSize == 1 ? new(Batches, BatchSize) : new(Batches, BatchSize, TargetSize);
        List<KeyValuePair<string, WeightTensor>> tensors =
            [.. InitialWeights, new(WorkloadFolder.Features, new(features, Features))];
        if (Targets is not null)
            tensors.Add(new(WorkloadFolder.Targets, new(targets, Targets)));
        SafeTensors.Save(folder.Inputs, new NetworkWeights(tensors));
    }

    protected ReadOnlySpan<float> FeaturesOf(int batch)
    {
        int length = Features.Length / Batches;
        return Features.AsSpan(batch * length, length);
    }
}
