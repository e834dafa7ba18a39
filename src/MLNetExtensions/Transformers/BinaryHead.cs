using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using static Microsoft.ML.DataViewSchema;

namespace MLNetExtensions.Transformers;

/// <summary>Two classes: Score is the logit, Probability its sigmoid, PredictedLabel whether the score is above 0.</summary>
internal sealed class BinaryHead : PredictionHead
{
    /// <summary>The names of the columns, known before there is a head.</summary>
    public static IReadOnlyList<string> Columns { get; } = [PredictedLabel, Score, Probability];

    protected override string Kind => "BinaryClassification";

    public override int Outputs => 1;

    public override IReadOnlyList<string> ColumnNames => Columns;

    public override void Finish(Span<float> outputs)
    {
    }

    /// <summary>The mean is one of probabilities, not of logits.</summary>
    public override void ToMeanScale(Span<float> scores)
    {
        foreach (ref float score in scores)
            score = Sigmoid(score);
    }

    /// <summary>The sigmoid of a sure score rounds to 1 (and to 0): its logit is the largest one that doesn't, and no infinity.</summary>
    public override void FromMeanScale(Span<float> means)
    {
        foreach (ref float mean in means)
        {
            double probability = Math.Clamp(mean, float.Epsilon, MathF.BitDecrement(1));
            mean = (float)Math.Log(probability / (1 - probability));
        }
    }

    protected override DataViewType Describe(string column, Annotations.Builder annotations)
    {
        if (column == Probability)
            annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        return column == PredictedLabel ? BooleanDataViewType.Instance : NumberDataViewType.Single;
    }

    public override Delegate CreateGetter(string column, IScoreSource source) => column switch
    {
        PredictedLabel => (ValueGetter<bool>)((ref bool value) => value = source.Current[0] > 0),
        Probability => (ValueGetter<float>)((ref float value) => value = Sigmoid(source.Current[0])),
        _ => (ValueGetter<float>)((ref float value) => value = source.Current[0]),
    };

    public override void SaveOnnx(OnnxPipeline pipeline, string outputs, string missing)
    {
        pipeline.Output(Score, "Add", [outputs, missing]);
        pipeline.Output(Probability, "Add", [pipeline.Step("Sigmoid", [outputs]), missing]);
        // Not a number is not above 0.
        pipeline.Output(PredictedLabel, "Greater", [pipeline.Input(Score), pipeline.Constant("zero", 0f)]);
    }

    private static float Sigmoid(float logit) => (float)(1 / (1 + Math.Exp(-logit)));
}
