using MLNetExtensions.Interop;

namespace MLNetExtensions.Transformers;

/// <summary>Questions that are answered yes or no, each by a logit: Score. Probability is its sigmoid, PredictedLabel whether it is
/// above 0.</summary>
internal abstract class LogitHead : PredictionHead
{
    /// <summary>The names of the columns, known before there is a head.</summary>
    public static IReadOnlyList<string> Columns { get; } = [PredictedLabel, Score, Probability];

    public sealed override IReadOnlyList<string> ColumnNames => Columns;

    public sealed override void Finish(Span<float> outputs)
    {
    }

    /// <summary>The mean is one of probabilities, not of logits.</summary>
    public sealed override void ToMeanScale(Span<float> scores)
    {
        foreach (ref float score in scores)
            score = Sigmoid(score);
    }

    /// <summary>The sigmoid of a sure score rounds to 1 (and to 0): its logit is the largest one that doesn't, and no infinity.</summary>
    public sealed override void FromMeanScale(Span<float> means)
    {
        foreach (ref float mean in means)
        {
            double probability = Math.Clamp(mean, float.Epsilon, MathF.BitDecrement(1));
            mean = (float)Math.Log(probability / (1 - probability));
        }
    }

    public sealed override void SaveOnnx(OnnxPipeline pipeline, string outputs, string missing)
    {
        pipeline.Output(Score, "Add", [outputs, missing]);
        pipeline.Output(Probability, "Add", [pipeline.Step("Sigmoid", [outputs]), missing]);
        // Not a number is not above 0.
        pipeline.Output(PredictedLabel, "Greater", [pipeline.Input(Score), pipeline.Constant("zero", 0f)]);
    }

    protected static float Sigmoid(float logit) => (float)(1 / (1 + Math.Exp(-logit)));
}
