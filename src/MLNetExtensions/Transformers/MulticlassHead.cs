using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks.Onnx;
using MLNetExtensions.Persistence;
using static Microsoft.ML.DataViewSchema;

namespace MLNetExtensions.Transformers;

/// <summary>Several classes: Score holds the probability of each class (softmax of the outputs), slot i for key value i + 1;
/// PredictedLabel is the key of the largest, with the label's key values.</summary>
internal sealed class MulticlassHead(int classes, KeyValues? keyValues) : PredictionHead
{
    private readonly KeyDataViewType _labelType = new(typeof(uint), classes);
    private readonly VectorDataViewType _scoreType = new(NumberDataViewType.Single, classes);

    /// <summary>The label's key values, null when it has none.</summary>
    public KeyValues? KeyValues => keyValues;

    /// <summary>The names of the columns, known before there is a head.</summary>
    public static IReadOnlyList<string> Columns { get; } = [PredictedLabel, Score];

    protected override string Kind => "MulticlassClassification";

    public override int Outputs => classes;

    public override IReadOnlyList<string> ColumnNames => Columns;

    public override void Finish(Span<float> outputs)
    {
        // The largest logit is subtracted first, so that no exponential overflows.
        TensorPrimitives.Subtract(outputs, TensorPrimitives.Max(outputs), outputs);
        TensorPrimitives.SoftMax(outputs, outputs);
    }

    protected override DataViewType Describe(string column, Annotations.Builder annotations)
    {
        if (column == PredictedLabel)
        {
            keyValues?.AddTo(annotations, AnnotationKinds.KeyValues);
            return _labelType;
        }
        keyValues?.AddTo(annotations, AnnotationKinds.TrainingLabelValues);
        if (keyValues is { IsText: true })
            keyValues.AddTo(annotations, AnnotationKinds.SlotNames);
        return _scoreType;
    }

    public override Delegate CreateGetter(string column, IScoreSource source) => column switch
    {
        // Key 0 means missing: a row with missing features has no prediction.
        PredictedLabel => (ValueGetter<uint>)((ref uint value) =>
            value = float.IsNaN(source.Current[0]) ? 0 : (uint)TensorPrimitives.IndexOfMax(source.Current) + 1),
        _ => VectorGetter(source),
    };

    public override void SaveOnnx(OnnxPipeline pipeline, string outputs, string missing)
    {
        pipeline.Output(Score, "Add", [pipeline.Step("Softmax", [outputs], OnnxAttribute.Int("axis", 1)), missing]);
        string best = pipeline.Step("ArgMax", [outputs], OnnxAttribute.Int("axis", 1));
        string key = pipeline.Step("Add", [best, pipeline.Constant("one", 1L)]);
        key = pipeline.Step("Where", [pipeline.Step("IsNaN", [missing]), pipeline.Constant("zero", 0L), key]);
        pipeline.Output(PredictedLabel, "Cast", [key], OnnxAttribute.Int("to", (long)TensorProto.Types.DataType.Uint32));
    }
}
