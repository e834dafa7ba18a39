using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using static Microsoft.ML.DataViewSchema;

namespace MLNetExtensions.Transformers;

/// <summary>The next values of some series, [series×horizon]: the network learns standardised ones, Score is
/// scale · output + offset of the series.</summary>
internal sealed class ForecastingHead(int horizon, float[] scales, float[] offsets) : PredictionHead
{
    private readonly VectorDataViewType _type = new(NumberDataViewType.Single, scales.Length, horizon);

    public int Series => scales.Length;

    public int Horizon => horizon;

    /// <summary>Whether <see cref="Standardize"/> changes anything.</summary>
    public bool IsStandardized => scales.Any(scale => scale != 1) || offsets.Any(offset => offset != 0);

    /// <summary>The deviation of each series.</summary>
    public float[] Scales => scales;

    /// <summary>The mean of each series.</summary>
    public float[] Offsets => offsets;

    /// <summary>The names of the columns, known before there is a head.</summary>
    public static IReadOnlyList<string> Columns { get; } = [Score];

    protected override string Kind => AnnotationKinds.MultiOutputRegression;

    public override int Outputs => scales.Length * horizon;

    public override IReadOnlyList<string> ColumnNames => Columns;

    public override void Finish(Span<float> outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = outputs[i] * scales[i / horizon] + offsets[i / horizon];
    }

    /// <summary>What <see cref="Finish"/> undoes.</summary>
    public void Standardize(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (values[i] - offsets[i / horizon]) / scales[i / horizon];
    }

    protected override DataViewType Describe(string column, Annotations.Builder annotations) => _type;

    public override Delegate CreateGetter(string column, IScoreSource source) => VectorGetter(source);

    public override void SaveOnnx(OnnxPipeline pipeline, string outputs, string missing)
    {
        string scaled = pipeline.Step("Mul", [outputs, pipeline.Constant("scales", Repeat(scales))]);
        string score = pipeline.Step("Add", [scaled, pipeline.Constant("offsets", Repeat(offsets))]);
        pipeline.Output(Score, "Add", [score, missing]);
    }

    private float[] Repeat(float[] values) => [.. values.SelectMany(value => Enumerable.Repeat(value, horizon))];
}
