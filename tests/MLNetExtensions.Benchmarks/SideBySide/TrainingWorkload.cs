using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>Trains a network on random classes of so many examples that it can't learn them by heart and run out of
/// gradients.</summary>
internal sealed class TrainingWorkload : NetworkWorkload
{
    private readonly ITrainingSession _session;
    private readonly float[] _targets;
    private readonly double _learningRate;

    public TrainingWorkload(
        NetworkDefinition network, ManagedEngine engine, int batches, int batchSize, int classes, Loss loss, Optimizer optimizer,
        double learningRate)
        : base(network, engine, batches, batchSize)
    {
        Random random = new(3);
        TargetSize = loss.TargetSize(network.OutputLayout);
        _targets = [.. Enumerable.Range(0, batches * batchSize * TargetSize).Select(_ => (float)random.Next(classes))];
        _learningRate = learningRate;
        _session = engine.CreateTrainingSession(network, InitialWeights, new(batchSize, loss, optimizer, Seed: 1));
    }

    protected override float[] Targets => _targets;

    protected override int TargetSize { get; }

    public override void Dispose() => _session.Dispose();

    protected override NetworkWeights Result()
    {
        NetworkWeights weights = InitialWeights.Clone();
        _session.ReadWeights(weights);
        return weights;
    }

    protected override void Step(int batch) =>
        _session.TrainStep(
            new(BatchSize, FeaturesOf(batch), _targets.AsSpan(batch * BatchSize * TargetSize, BatchSize * TargetSize)), _learningRate);
}
