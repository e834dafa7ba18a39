using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using MLNetExtensions.Persistence;
using static Microsoft.ML.DataViewSchema;

namespace MLNetExtensions.Transformers;

/// <summary>Numbers: one, several, or the next values of some series, [series×horizon]. The network learns standardised ones, Score is
/// scale · output + offset.</summary>
internal sealed class RegressionHead : PredictionHead
{
    /// <param name="type">The label's: Single, or a vector of it.</param>
    /// <param name="scales">The deviation of each number, or of each group of as many that lie behind each other.</param>
    /// <param name="offsets">The mean of each.</param>
    /// <param name="slotNames">The names of a vector's numbers; null when there are none.</param>
    public RegressionHead(DataViewType type, float[] scales, float[] offsets, KeyValues? slotNames = null)
    {
        Outputs = type is VectorDataViewType vector ? vector.Size : 1;
        if (scales.Length == 0 || offsets.Length != scales.Length || Outputs % scales.Length != 0)
            throw new ArgumentException($"{scales.Length} scales and {offsets.Length} offsets don't fit {type}.", nameof(scales));
        (Type, Scales, Offsets, SlotNames) = (type, scales, offsets, slotNames);
    }

    /// <summary>The type of Score, and of the label.</summary>
    public DataViewType Type { get; }

    public float[] Scales { get; }

    public float[] Offsets { get; }

    public KeyValues? SlotNames { get; }

    /// <summary>Whether <see cref="Standardize"/> changes anything.</summary>
    public bool IsStandardized => Scales.Any(scale => scale != 1) || Offsets.Any(offset => offset != 0);

    /// <summary>The names of the columns, known before there is a head.</summary>
    public static IReadOnlyList<string> Columns { get; } = [Score];

    protected override string Kind => Type is VectorDataViewType ? AnnotationKinds.MultiOutputRegression : "Regression";

    public override int Outputs { get; }

    public override IReadOnlyList<string> ColumnNames => Columns;

    /// <summary>The numbers that share a scale.</summary>
    private int Group => Outputs / Scales.Length;

    public override void Finish(Span<float> outputs)
    {
        int group = Group;
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = outputs[i] * Scales[i / group] + Offsets[i / group];
    }

    /// <summary>What <see cref="Finish"/> undoes.</summary>
    public void Standardize(Span<float> values)
    {
        int group = Group;
        for (int i = 0; i < values.Length; i++)
            values[i] = (values[i] - Offsets[i / group]) / Scales[i / group];
    }

    protected override DataViewType Describe(string column, Annotations.Builder annotations)
    {
        SlotNames?.AddTo(annotations, AnnotationKinds.SlotNames);
        return Type;
    }

    public override Delegate CreateGetter(string column, IScoreSource source) => Type is VectorDataViewType
        ? VectorGetter(source)
        : (ValueGetter<float>)((ref float value) => value = source.Current[0]);

    public override void SaveOnnx(OnnxPipeline pipeline, string outputs, string missing)
    {
        string scaled = pipeline.Step("Mul", [outputs, pipeline.Constant("scales", Repeat(Scales))]);
        string score = pipeline.Step("Add", [scaled, pipeline.Constant("offsets", Repeat(Offsets))]);
        pipeline.Output(Score, "Add", [score, missing]);
    }

    private float[] Repeat(float[] values) => [.. values.SelectMany(value => Enumerable.Repeat(value, Group))];
}
