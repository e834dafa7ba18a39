using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using static Microsoft.ML.DataViewSchema;

namespace MLNetExtensions.Transformers;

/// <summary>One number: the network learns the standardised label, Score is scale · output + offset.</summary>
internal sealed class RegressionHead(float scale, float offset) : PredictionHead
{
    public float Scale => scale;

    public float Offset => offset;

    /// <summary>The names of the columns, known before there is a head.</summary>
    public static IReadOnlyList<string> Columns { get; } = [Score];

    protected override string Kind => "Regression";

    public override int Outputs => 1;

    public override IReadOnlyList<string> ColumnNames => Columns;

    public override void Finish(Span<float> outputs) => outputs[0] = outputs[0] * scale + offset;

    protected override DataViewType Describe(string column, Annotations.Builder annotations) => NumberDataViewType.Single;

    public override Delegate CreateGetter(string column, IScoreSource source) =>
        (ValueGetter<float>)((ref float value) => value = source.Current[0]);

    public override void SaveOnnx(OnnxPipeline pipeline, string outputs, string missing)
    {
        string scaled = pipeline.Step("Mul", [outputs, pipeline.Constant("scale", scale)]);
        string score = pipeline.Step("Add", [scaled, pipeline.Constant("offset", offset)]);
        pipeline.Output(Score, "Add", [score, missing]);
    }
}
