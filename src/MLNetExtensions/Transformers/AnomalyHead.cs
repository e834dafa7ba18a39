using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using static Microsoft.ML.DataViewSchema;

namespace MLNetExtensions.Transformers;

/// <summary>Whether a row is an anomaly: Score is how far the network is from giving it back, PredictedLabel whether that is
/// above a threshold. The columns are those of ML.NET's RandomizedPca.</summary>
internal sealed class AnomalyHead(float threshold) : PredictionHead
{
    public float Threshold => threshold;

    /// <summary>The names of the columns, known before there is a head.</summary>
    public static IReadOnlyList<string> Columns { get; } = [PredictedLabel, Score];

    /// <summary>ML.NET has no kind of its own for the task.</summary>
    protected override string Kind => AnnotationKinds.BinaryClassification;

    public override int Outputs => 1;

    public override IReadOnlyList<string> ColumnNames => Columns;

    public override void Finish(Span<float> outputs)
    {
    }

    protected override DataViewType Describe(string column, Annotations.Builder annotations) =>
        column == PredictedLabel ? BooleanDataViewType.Instance : NumberDataViewType.Single;

    public override Delegate CreateGetter(string column, IScoreSource source) => column == PredictedLabel
        ? (ValueGetter<bool>)((ref bool value) => value = source.Current[0] > threshold)
        : (ValueGetter<float>)((ref float value) => value = source.Current[0]);

    public override void SaveOnnx(OnnxPipeline pipeline, string outputs, string missing)
    {
        pipeline.Output(Score, "Add", [outputs, missing]);
        // Not a number is not above anything.
        pipeline.Output(PredictedLabel, "Greater", [pipeline.Input(Score), pipeline.Constant("threshold", threshold)]);
    }
}
