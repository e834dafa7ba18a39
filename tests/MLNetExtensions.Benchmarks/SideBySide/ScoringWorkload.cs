using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>Scores one batch after the other.</summary>
internal sealed class ScoringWorkload : NetworkWorkload
{
    private readonly NetworkModel _model;
    private readonly IInferenceSession _session;
    private readonly float[] _outputs;

    public ScoringWorkload(NetworkDefinition network, ManagedEngine engine, int batches, int batchSize)
        : base(network, engine, batches, batchSize)
    {
        _model = new(network, InitialWeights);
        _session = engine.CreateInferenceSession(_model, batchSize);
        _outputs = new float[batchSize * network.OutputShape.Size];
    }

    public override void Save(WorkloadFolder folder)
    {
        base.Save(folder);
        _model.SaveOnnx(folder.Model);
    }

    public override void Dispose() => _session.Dispose();

    protected override NetworkWeights Result()
    {
        Step(0);
        TensorShape shape = new([BatchSize, .. _model.Definition.OutputShape.Dimensions]);
        return new([new(WorkloadFolder.Outputs, new(shape, [.. _outputs]))]);
    }

    protected override void Step(int batch) => _session.Run(FeaturesOf(batch), BatchSize, _outputs);
}
