using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;

namespace MLNetExtensions.Transformers;

/// <summary>No task: the network's outputs as they are, a vector for whatever comes behind.</summary>
internal sealed class FeatureHead(string columnName, int outputs) : PredictionHead
{
    private readonly VectorDataViewType _type = new(NumberDataViewType.Single, outputs);

    public override int Outputs => outputs;

    public override IReadOnlyList<string> ColumnNames { get; } = [columnName];

    /// <summary>None: evaluators look for scores by their kind, and this is no score.</summary>
    protected override string? Kind => null;

    public override void Finish(Span<float> outputs)
    {
    }

    protected override DataViewType Describe(string column, DataViewSchema.Annotations.Builder annotations) => _type;

    public override Delegate CreateGetter(string column, IScoreSource source) => VectorGetter(source);

    public override void SaveOnnx(OnnxPipeline pipeline, string outputs, string missing) =>
        pipeline.Output(columnName, "Add", [outputs, missing]);
}
