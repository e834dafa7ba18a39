using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>Scores one example after the other.</summary>
internal sealed class InferenceWorkload : NetworkWorkload
{
    private readonly IInferenceSession _session;
    private readonly TensorShape _outputShape;
    private readonly float[] _outputs;

    public InferenceWorkload(string workload, NetworkDefinition network, ManagedEngine engine, int examples)
        : base(workload, network, engine, examples, batchSize: 1)
    {
        _session = engine.CreateInferenceSession(new(network, InitialWeights), maxBatchSize: 1);
        _outputShape = network.OutputShape;
        _outputs = new float[_outputShape.Size];
    }

    public override void Dispose() => _session.Dispose();

    protected override NetworkWeights Result()
    {
        Step(0);
        return new([new("outputs", new(new([1, .. _outputShape.Dimensions]), [.. _outputs]))]);
    }

    protected override void Step(int batch) => _session.Run(FeaturesOf(batch), 1, _outputs);
}
