using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using MLNetExtensions.Persistence;
using static Microsoft.ML.DataViewSchema;

namespace MLNetExtensions.Transformers;

/// <summary>Several labels, of which a row may have any number: a logit for each.</summary>
/// <param name="labels">How many there are.</param>
/// <param name="slotNames">What they are called; null when they have no names.</param>
internal sealed class MultiLabelHead(int labels, KeyValues? slotNames) : LogitHead
{
    private readonly VectorDataViewType _flags = new(BooleanDataViewType.Instance, labels);
    private readonly VectorDataViewType _numbers = new(NumberDataViewType.Single, labels);

    public KeyValues? SlotNames => slotNames;

    /// <summary>ML.NET knows no such task: its evaluators look for the scores of others.</summary>
    protected override string Kind => "MultiLabelClassification";

    public override int Outputs => labels;

    protected override DataViewType Describe(string column, Annotations.Builder annotations)
    {
        if (column == Probability)
            annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        slotNames?.AddTo(annotations, AnnotationKinds.SlotNames);
        return column == PredictedLabel ? _flags : _numbers;
    }

    public override Delegate CreateGetter(string column, IScoreSource source) => column switch
    {
        PredictedLabel => VectorGetter(source, score => score > 0),
        Probability => VectorGetter(source, Sigmoid),
        _ => VectorGetter(source),
    };
}
